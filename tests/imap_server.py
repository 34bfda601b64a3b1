"""A real IMAP server on this machine (pymap, in memory): the mailbox that mails come back to."""

from __future__ import annotations

import asyncio
import imaplib
import logging
import ssl
import threading
from argparse import Namespace
from contextlib import contextmanager

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer

USER, PASSWORD = "ruecklauf", "rueck-Lauf-99"


class ImapServer:
    """One account with an INBOX. ``context``: the server speaks TLS from the first byte."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._context = context
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.port = 0

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(20)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self):
        logging.getLogger("pymap").setLevel(logging.CRITICAL)
        self._ended = asyncio.Event()
        given = Namespace(
            host="127.0.0.1", port=0, debug=False, cert=None, key=None, tls=False,
            proxy_protocol=None, passlib_cfg=None, demo_data=False, demo_user=USER,
            demo_password=PASSWORD,
        )  # fmt: skip
        backend, config = await DictBackend.init(given, invalid_user_sleep=0.0)
        config.apply_context()
        reader = ProxyProtocolReader(config.proxy_protocol)
        callback = reader.get_callback(IMAPServer(backend.login, config))
        server = await asyncio.start_server(callback, "127.0.0.1", 0, ssl=self._context)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._ended.wait()
        server.close()

    # --- what a mail server and a person do with it ------------------------------------------

    @contextmanager
    def _client(self):
        if self._context is None:
            client = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        else:
            trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
            client = imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=trust, timeout=20)
        try:
            client.login(USER, PASSWORD)
            client.select("INBOX")
            yield client
        finally:
            client.logout()

    def deliver(self, *mails: bytes) -> None:
        with self._client() as client:
            for mail in mails:
                done, _ = client.append("INBOX", None, None, mail)
                assert done == "OK"

    def unseen(self) -> int:
        with self._client() as client:
            _, found = client.search(None, "UNSEEN")
            return len(found[0].split())

    def count(self) -> int:
        with self._client() as client:
            _, found = client.search(None, "ALL")
            return len(found[0].split())
