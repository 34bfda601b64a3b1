"""An office with its own home folder, key, clock and mail server; commands run in this process."""

import json
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from platform_stages import approved, onboarded

import config.bootstrap
from cli.main import root
from sandbox.mailbox import Mailbox


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@dataclass
class Office:
    """One installation. ``today`` is what its clock says; move it on to tell a story."""

    folder: Path
    mailbox: Mailbox
    today: date = date(2026, 11, 20)  # a Friday
    fields: dict = field(default_factory=dict)

    def __call__(self, *args, code=0) -> Answer:
        """Runs one command and checks its exit code."""
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                root.main([str(a) for a in args], "mahnwerk")
                ended = 0
            except SystemExit as end:
                ended = end.code or 0
        answer = Answer(ended, out.getvalue(), err.getvalue())
        assert answer.code == code, f"{args}\n{answer.out}\n{answer.err}"
        return answer

    def json(self, *args, code=0):
        return self(*args, "--json", code=code).json

    def init(self, **fields):
        given = {
            "name": "Muster Handels GmbH",
            "street": "Beispielgasse 7",
            "postcode": "90403",
            "city": "Nürnberg",
            "land": "BY",
            "email": "buchhaltung@muster-handel.example",
            "mail_from": "buchhaltung@muster-handel.example",
            "iban": "DE02120300000000202051",
            "smtp_host": "127.0.0.1",
            "smtp_port": self.mailbox.port,
            "smtp_security": "none",
        } | fields
        return self("init", *(p for k, v in given.items() for p in ("--set", f"{k}={v}")))

    def files(self, contents: dict[str, bytes]) -> list[Path]:
        paths = []
        for name, content in contents.items():
            path = self.folder / name
            path.write_bytes(content)
            paths.append(path)
        return paths

    @property
    def outbox(self) -> Path:
        return self.folder / "home" / "outbox"


@pytest.fixture
def office(tmp_path, monkeypatch):
    """A fresh office on SQLite; nothing of the user's own settings reaches it."""
    for name in ("DATABASE_URL", "KEY", "CREDITOR"):
        monkeypatch.delenv(f"MAHNWERK_{name}", raising=False)
    monkeypatch.setenv("MAHNWERK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAHNWERK_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "de")
    with Mailbox(tmp_path / "mails") as mailbox:
        it = Office(tmp_path, mailbox)

        class OfficeClock:
            def now(self):
                return datetime(it.today.year, it.today.month, it.today.day, 9, tzinfo=UTC)

            def today(self, _zone):
                return it.today

        monkeypatch.setattr(config.bootstrap, "SystemClock", OfficeClock)
        yield it


# --- of modules whose `desk` is beside a platform --------------------------------------------


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    """Offices of each stage, made by the first test that needs them."""
    return tmp_path_factory.mktemp("stages")


@pytest.fixture
def read(desk, stages):
    """Connected and read for the first time."""
    desk.at(onboarded, stages)
    return desk


@pytest.fixture
def ready(desk, stages):
    """Three notices are approved and wait to be sent."""
    desk.at(approved, stages)
    return desk
