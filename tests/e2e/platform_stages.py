"""How far an office beside a platform is, and what is asked of every such office."""

from __future__ import annotations

import email
import email.policy

import pytest
from platform_office import LADEN, MAIL


def beside(kind):
    """The fixture ``desk`` of a module: an office beside a platform of that kind."""

    @pytest.fixture
    def desk(office, monkeypatch):
        with kind.opened(office, monkeypatch) as made:
            yield made

    return desk


# --- stages ----------------------------------------------------------------------------------


def live(desk):
    desk.office.init(smtp_host=MAIL)
    desk("go-live")


def connected(desk):
    live(desk)
    desk("connect", desk.slug, *desk.connecting())


def onboarded(desk):
    connected(desk)
    desk("onboard")


def approved(desk):
    onboarded(desk)
    desk("approve", "--run", desk.json("run")["run"])


def mirrored(desk):
    """As approved, and what is sent is entered on the platform."""
    approved(desk)
    desk("connect", desk.slug, "--name", LADEN, "--set", "write_back=yes")


# --- what it says ----------------------------------------------------------------------------


def owed(desk):
    """What the office believes to be open, by number."""
    return {number: outstanding for number, (_, outstanding) in desk.books().items()}


def verdicts(desk):
    """Whether each open invoice is dunned today, and why, by number."""
    return {v["number"]: (v["verdict"], v["reason"]) for v in desk.json("run")["verdicts"]}


def outcomes(desk):
    """What became of each notice: the customer, and what the office says of it."""
    who = {row["id"]: row["debtor"] for row in desk.json("proposals")}
    return {who[each["proposal"]]: each["outcome"] for each in desk.json("send")}


def mails(desk):
    """Text of each mail and names of the PDFs with it, by address."""
    found = {}
    for path in desk.office.mailbox.files():
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        text = message.get_body(("plain",)).get_content()
        pdfs = list(message.iter_attachments())
        assert all(part.get_content().startswith(b"%PDF") for part in pdfs)
        names = [part.get_filename() for part in pdfs]
        found.setdefault(message["To"].addresses[0].addr_spec, []).append((text, names))
    return found
