"""A mail server for rigs that kill its clients: it knows when their last conversation has ended."""

from __future__ import annotations

import smtplib

from waiting import until

from sandbox.mailbox import Mailbox


class Server(Mailbox):
    """A mail server that knows when the last conversation has ended."""

    def __init__(self, folder):
        super().__init__(folder)
        self.talking = 0

    def _session(self):
        session = super()._session()
        self.talking += 1
        lost = session.connection_lost

        def ended(error):
            self.talking -= 1
            lost(error)

        session.connection_lost = ended
        return session

    def settled(self):
        """Returns when all that a dead client left on the wire was read or dropped."""
        with smtplib.SMTP(self.host, self.port, local_hostname="[127.0.0.1]") as behind_the_others:
            behind_the_others.noop()
        until(lambda: self.talking == 0)

    def emptied(self):
        self.settled()
        for path in self.files():
            path.unlink()
