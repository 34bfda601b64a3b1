"""A mail server on this machine that keeps every mail in a folder, for the demo and the tests.

It speaks real SMTP (aiosmtpd) and can be told to behave badly: refuse recipients for good or for
now, limit the size, answer the mail with an error, or drop the connection before, during or after
DATA. What it accepted lies in its folder as one ``.eml`` per mail, also when the connection was
dropped right after: that is the case in which a sender cannot know.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, AnyStr, Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

Drop = Literal["", "before", "during", "after"]


@dataclass(slots=True)
class Behaviour:
    """What the server does wrong on purpose; may be changed while it runs.

    ``refuse`` maps an address to the reply it gets at RCPT (``"550 unknown user"``);
    ``answer`` is the reply to the mail itself, which is then not kept; ``size_limit`` in bytes
    (0 = none) applies to connections made afterwards, ``announce_size`` says whether EHLO tells;
    ``drop`` closes the connection at the DATA command (before), after the mail was read but not
    kept (during), or after it was kept and before the answer (after).
    """

    refuse: dict[str, str] = field(default_factory=dict)
    answer: str = ""
    size_limit: int = 0
    announce_size: bool = True
    drop: Drop = ""
    smtputf8: bool = True


class _Session(SMTP):
    """One connection; overrides DATA where the base class has no hook before its 354."""

    def __init__(self, mailbox: Mailbox, **options: Any) -> None:
        self._mailbox = mailbox
        super().__init__(mailbox, **options)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - name given by aiosmtpd
        if self._mailbox.behaviour.drop == "before":
            self._abort()
            return
        await super().smtp_DATA(arg)

    async def push(self, status: AnyStr) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        await super().push(status)

    def _abort(self) -> None:
        if self.transport is not None:
            self.transport.close()


async def _end_connections() -> None:
    """Ends the conversations that are still open; their clients see a closed connection."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


class Mailbox:
    """The server; use as a context manager. ``port`` 0 lets the system choose."""

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        login: tuple[str, str] | None = None,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
    ) -> None:
        self.folder = folder
        self.host = host
        self.port = port
        self.behaviour = Behaviour()
        self._login = login
        self._tls = tls
        self._implicit_tls = implicit_tls
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        folder.mkdir(parents=True, exist_ok=True)

    # --- what arrived --------------------------------------------------------------------

    def files(self) -> list[Path]:
        """The mails in order of their arrival."""
        return sorted(self.folder.glob("*.eml"))

    def count(self) -> int:
        return len(self.files())

    def message_ids(self) -> Counter[str]:
        """How often each Message-ID was accepted; more than once is what must never happen."""
        found: Counter[str] = Counter()
        for path in self.files():
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            found[str(message["Message-ID"] or "").strip()] += 1
        return found

    # --- running -------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listens; returns when connections are accepted. Raises OSError when it cannot."""
        self._thread = threading.Thread(target=self._run, name="mailbox", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Stops listening and waits until the thread has ended."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        loop = asyncio.new_event_loop()
        self._loop = loop
        try:
            server = loop.run_until_complete(
                loop.create_server(
                    self._session,
                    self.host,
                    self.port,
                    ssl=self._tls if self._implicit_tls else None,
                )
            )
            self.port = server.sockets[0].getsockname()[1]
        except BaseException as error:  # noqa: BLE001 - handed to the thread that called start
            self._failure = error
            self._ready.set()
            loop.close()
            return
        self._ready.set()
        try:
            loop.run_forever()
        finally:
            server.close()
            loop.run_until_complete(_end_connections())
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    def _session(self) -> SMTP:
        limit = self.behaviour.size_limit
        return _Session(
            self,
            hostname="mailbox.example",
            ident="Mailbox",
            data_size_limit=limit or None,
            enable_SMTPUTF8=self.behaviour.smtputf8,
            tls_context=None if self._implicit_tls else self._tls,
            auth_require_tls=False,
            authenticator=self._check_login,
            loop=self._loop,
        )

    def _check_login(
        self, _server: SMTP, _session: object, _envelope: object, _mechanism: str, data: object
    ) -> AuthResult:
        given = (data.login, data.password) if isinstance(data, LoginPassword) else None
        wanted = tuple(part.encode() for part in self._login) if self._login else None
        good = wanted is None or given == wanted
        return AuthResult(success=good, handled=good)

    # --- hooks of aiosmtpd ---------------------------------------------------------------

    async def handle_EHLO(  # noqa: N802 - name given by aiosmtpd
        self, _server: SMTP, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if self.behaviour.announce_size:
            return responses
        return [line for line in responses if "SIZE" not in line]

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        refusal = self.behaviour.refuse.get(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: _Session, _session: Any, envelope: Any
    ) -> str:
        if self.behaviour.drop == "during":
            server._abort()  # noqa: SLF001 - the session belongs to this module
            return "421 gone"
        if self.behaviour.answer:
            return self.behaviour.answer
        self._keep(envelope.content, envelope.rcpt_tos)
        if self.behaviour.drop == "after":
            server._abort()  # noqa: SLF001
        return "250 OK kept"

    def _keep(self, content: bytes, recipients: list[str]) -> None:
        """Writes the mail whole or not at all, so that a reader never sees half of it."""
        number = self.count() + 1
        path = self.folder / f"{number:05d}.eml"
        head = "".join(f"X-Envelope-To: {address}\r\n" for address in recipients)
        draft = path.with_suffix(".part")
        draft.write_bytes(head.encode() + content)
        draft.replace(path)
