"""An office whose `send` is killed somewhere and started again, and a judge who counts at the server.

Eight customers: mails, letters, an address that the mail server refuses for good (a letter
follows), one who paid after the approval and one whom nothing reaches. Nothing of what the judge says
comes from the process that was killed: mails are counted by the mail server, letters in the print
files, and states are read from the database by another process.
"""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes
from pathlib import Path

import pypdf
from delivery_desk import ADDRESS, MONDAY, office_in
from forked import Zygote
from mail_server import Server
from sqlalchemy import make_url

from core.domain.model import Address, NoticeState
from core.store.unit import SqlStore

SEND, WORK = ("send", "--json"), ("work", "--once", "--json")
PAUSE = 31  # minutes between two starts of the worker: what it tries again later is due by then
REFUSED = "gibtesnicht@beispiel.example"
# Account: its mail address, and how its notice ends where nothing is cut off.
ACCOUNTS = {
    "10001": ("kunde10001@beispiel.example", NoticeState.SENT),
    "10002": ("", NoticeState.PRINTED),
    "10003": (REFUSED, NoticeState.PRINTED),
    "10004": ("kunde10004@beispiel.example", NoticeState.WITHDRAWN),
    "10005": ("", NoticeState.HELD),
    "10006": ("kunde10006@beispiel.example", NoticeState.SENT),
    "10007": ("", NoticeState.PRINTED),
    "10008": ("kunde10008@beispiel.example", NoticeState.SENT),
}
PAID, NOWHERE = "10004", "10005"


@dataclass
class Seeded:
    """An office with approved notices, kept to be copied. ``url``: of another database."""

    folder: Path
    server: Server
    creditor: str
    notices: tuple[int, ...]
    url: str = ""


def seeded(folder, server, store=None, url="") -> Seeded:
    """Approved on Monday; then one of them is paid."""
    with office_in(folder, server, store=store) as office:
        for account, (mail, _) in ACCOUNTS.items():
            where = Address() if account == NOWHERE else ADDRESS
            office.debtor(account, f"Beispiel {account} AG", email=mail, address=where)
            office.owes(account, f"RE-{account}", "119.00", date(2026, 2, 10))
        notices = office.propose_and_approve()
        office.paid(PAID, f"RE-{PAID}")
        return Seeded(folder, server, str(office.id), tuple(notices), url)


@dataclass
class Round:
    """One copy of the office, from the first start to the moment in which nothing is left to do."""

    zygote: Zygote
    server: Server
    creditor: str
    notices: tuple[int, ...]
    folder: Path
    url: str
    command: tuple[str, ...] = SEND
    sabotage: str = ""
    cut: set[int] = field(default_factory=set)  # notices that a kill found in handing_over
    died_at: list[str] = field(default_factory=list)
    minutes: int = 0

    @property
    def home(self):
        return self.folder / "home"

    @property
    def store_url(self):
        return self.url or f"sqlite:///{self.home / 'mahnwerk.db'}"

    def steps(self):
        log = self.folder / "steps"
        return log.read_text("utf-8").splitlines() if log.exists() else []

    def start(self, *, at=0, after=0.0) -> bool:
        """One process; True when it was killed before its end."""
        (self.folder / "steps").unlink(missing_ok=True)
        env = {"HOME": self.home, "KEY_FILE": self.folder / "conf" / "key", "LANGUAGE": "de"}
        if self.url:
            env["DATABASE_URL"] = self.url
        self.minutes += PAUSE if self.command == WORK else 0
        code = self.zygote.run(
            {
                "env": {f"MAHNWERK_{name}": str(value) for name, value in env.items()},
                "argv": self.command,
                "day": MONDAY.isoformat(),
                "minutes": self.minutes,
                "log": str(self.folder / "steps"),
                "out": str(self.folder / "said"),
                "at": at,
                "after": after,
                "sabotage": self.sabotage,
            }
        )
        self.server.settled()
        if code != -9:
            said = (self.folder / "said").read_text("utf-8")
            assert code in {0, 69}, f"exit code {code}:\n{said}"
            return False
        self.died_at.append((self.steps() or ["the beginning"])[-1])
        self.cut |= {n for n, s in self.states().items() if s is NoticeState.HANDING_OVER}
        return True

    def until_quiet(self) -> list[str]:
        """Starts anew until a whole `send` has moved nothing, neither a mail nor a file; complaints."""
        for _ in range(4):
            before = self._moved()
            assert not self.start()
            if self._moved() == before:
                return self.complaints()
        return [*self.complaints(), "it does not come to an end"]

    def _moved(self):
        files = sorted(path.name for path in self.home.rglob("*.pdf"))
        return self.states(), files, self.server.count()

    # --- what the judge sees ---------------------------------------------------------------

    @contextmanager
    def store(self):
        opened = SqlStore(self.store_url)
        try:
            with opened.read() as tx:
                yield tx
        finally:
            opened.close()

    def states(self):
        with self.store() as tx:
            found = (tx.notices.get(self.creditor, notice) for notice in self.notices)
            return {each.id: each.state for each in found if each is not None}

    def complaints(self) -> list[str]:
        """What must never be; [] when all is well."""
        with self.store() as tx:
            notices = [tx.notices.get(self.creditor, notice) for notice in self.notices]
            audit = tx.events.verify(self.creditor).ok
        if None in notices:
            return ["an approved notice has disappeared"]
        account = {n.id: n.lines[0].number.removeprefix("RE-") for n in notices}
        mails, ids = self._mails(), self.server.message_ids()
        printed = self._printed()
        found = [] if audit else ["the audit chain is broken"]
        found += [f"Message-ID {each} twice" for each, times in ids.items() if times > 1]
        for notice in notices:
            who = account[notice.id]
            found += self._of(notice, ACCOUNTS[who][1], mails[who], printed[who])
        return found

    def _of(self, notice, natural, mails, printed):
        who, state = f"notice {notice.id}", notice.state
        unknown = state is NoticeState.UNKNOWN
        if notice.id in self.cut and not unknown:
            yield f"{who} was cut off in its hand-over and is {state}"
        if unknown and notice.id not in self.cut:
            yield f"{who} is unknown without having been handed over"
        if not unknown and state is not natural:
            yield f"{who} ended as {state} and not as {natural}"
        most = 1 if unknown or state is NoticeState.SENT else 0
        if mails > most or (state is NoticeState.SENT and not mails):
            yield f"{who} is {state} and left {mails} times by mail"
        if printed != (state is NoticeState.PRINTED):
            yield f"{who} is {state} and stands {printed} times in print files"
        if state in {NoticeState.SENT, NoticeState.PRINTED} and not self._file(notice.document):
            yield f"{who} is {state} and its copy {notice.document} is missing"

    def _file(self, name):
        return bool(name) and (self.home / "outbox" / name).is_file()

    def _mails(self) -> Counter[str]:
        """How many mails about the invoice of each account the server has accepted."""
        found: Counter[str] = Counter()
        for path in self.server.files():
            text = "".join(
                part.get_payload(decode=True).decode("utf-8", "replace")
                for part in message_from_bytes(path.read_bytes()).walk()
                if part.get_content_type() == "text/plain"
            )
            found.update(account for account in ACCOUNTS if f"RE-{account}" in text)
        return found

    def _printed(self) -> Counter[str]:
        """How often each letter stands in print files, behind their cover lists."""
        found: Counter[str] = Counter()
        for path in (self.home / "outbox" / self.creditor).glob("*druckdatei*.pdf"):
            texts = [page.extract_text() for page in pypdf.PdfReader(path).pages]
            letters = [text for text in texts if "Musterweg 1" in text and "IBAN" in text]
            found.update(a for a in ACCOUNTS for text in letters if f"RE-{a}" in text)
        return found


class Rig:
    """Rounds of one seeded office, one after the other. ``command``: what is killed."""

    def __init__(self, zygote, office: Seeded, folder, copied=None, command=SEND):
        self._zygote, self._office, self._folder = zygote, office, folder
        self._copied, self._command = copied, command
        self._rounds = 0

    @contextmanager
    def round(self, sabotage=""):
        """A copy of the office; gone afterwards."""
        self._rounds += 1
        folder, office = self._folder / f"round{self._rounds}", self._office
        shutil.copytree(office.folder, folder)
        url = self._copied(office.url) if self._copied else ""
        office.server.emptied()
        office.server.behaviour.refuse = {REFUSED: "550 unknown user"}
        args = (self._zygote, office.server, office.creditor, office.notices, folder, url)
        try:
            yield Round(*args, self._command, sabotage)
        finally:
            shutil.rmtree(folder)

    def count(self) -> list[str]:
        """The steps of a command that nobody cuts off."""
        with self.round() as whole:
            assert not whole.start()
            steps = whole.steps()
            assert whole.until_quiet() == []
            return steps

    def killed_at(self, *points, sabotage="") -> tuple[list[str], list[str]]:
        """Processes killed at these steps (numbers or names), one after the other; then until quiet.

        Returns complaints, and where they died.
        """
        with self.round(sabotage) as cut:
            for point in points:
                if not cut.start(at=point):
                    break
            return cut.until_quiet(), cut.died_at

    def killed_after(self, *seconds) -> tuple[list[str], list[str]]:
        """The same at moments."""
        with self.round() as cut:
            for each in seconds:
                cut.start(after=each)
            return cut.until_quiet(), cut.died_at


def copies(databases):
    """Makes copies of a database, the one before is gone; for ``Rig(copied=…)``."""
    name = f"{databases._name}_killed"

    def copied(url: str) -> str:
        template = make_url(url).database
        databases._admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        databases._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return databases._url(name)

    return copied
