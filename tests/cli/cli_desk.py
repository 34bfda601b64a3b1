"""Commands in this process, on invented books, with everything in a folder of the test."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from click.testing import CliRunner

from cli.main import root

FRIDAY = date(2026, 11, 20)
IBAN = "DE02120300000000202051"
LETTERHEAD = {
    "name": "Muster Handels GmbH",
    "street": "Beispielgasse 7",
    "postcode": "90403",
    "city": "Nürnberg",
    "land": "BY",
    "email": "buchhaltung@muster.example",
    "seat": "Nürnberg",
    "register_court": "Amtsgericht Nürnberg",
    "register_number": "HRB 00000",
    "managers": "Erika Beispiel",
    "iban": IBAN,
}
_HEAD = (
    '"EXTF";700;{category};"{label}";{version};20261120080000000;;"RE";"";"";1001;1;20260101;4;'
    '20260101;20261231;"Test";"";1;0;0;"EUR";;"";;;"03";;;"";""'
)


def stapel(*rows):
    """A Buchungsstapel; each row is (amount, side, account, contra, day, number, due)."""
    lines = [_HEAD.format(category=21, label="Buchungsstapel", version=13)]
    lines.append(";".join(["Umsatz", "Soll/Haben-Kennzeichen", *(f"S{n}" for n in range(3, 126))]))
    for amount, side, account, contra, day, number, due in rows:
        cells = [""] * 125
        cells[0], cells[1], cells[6], cells[7] = amount, f'"{side}"', str(account), str(contra)
        cells[9], cells[10] = f"{day:%d%m}", f'"{number}"'
        cells[116] = f"{due:%d%m%Y}" if due else ""
        lines.append(";".join(cells))
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def stammdaten(*rows):
    """Debitoren/Kreditoren; each row is (account, name, mail)."""
    lines = [_HEAD.format(category=16, label="Debitoren/Kreditoren", version=5)]
    lines.append(";".join(["Konto", "Name (Adressattyp Unternehmen)", *([""] * 252)]))
    for account, name, mail in rows:
        cells = [""] * 254
        cells[0], cells[1], cells[6] = str(account), f'"{name}"', '"2"'
        cells[14], cells[15], cells[17], cells[18] = (
            '"STR"',
            '"Musterweg 1"',
            '"90402"',
            '"Nürnberg"',
        )
        cells[32] = f'"{mail}"'
        lines.append(";".join(cells))
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


def books():
    """Three customers: one late with two invoices, one not late, one who paid; bank up to date."""
    return {
        "EXTF_Stammdaten.csv": stammdaten(
            (10001, "Beispiel Bau GmbH", ""),
            (10002, "Beispiel Laden e.K.", ""),
            (10003, "Beispiel [bold]Klammer[/bold] OHG", ""),
        ),
        "EXTF_Buchungen.csv": stapel(
            ("1190,00", "S", 10001, 8400, date(2026, 10, 1), "RE-1", date(2026, 10, 15)),
            ("238,00", "S", 10001, 8400, date(2026, 10, 5), "RE-2", date(2026, 10, 20)),
            ("119,00", "S", 10002, 8400, date(2026, 11, 10), "RE-3", date(2026, 12, 10)),
            ("357,00", "S", 10003, 8400, date(2026, 10, 1), "RE-4", date(2026, 10, 15)),
            ("357,00", "S", 1200, 10003, date(2026, 11, 2), "RE-4", None),
            ("1000,00", "S", 10003, 8400, date(2026, 10, 1), "RE-5", date(2026, 10, 15)),
            ("9,90", "H", 1200, 4970, date(2026, 11, 19), "", None),
        ),
    }


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


class StandingClock:
    day = FRIDAY

    def now(self):
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)

    def today(self, _zone):
        return self.day


@dataclass
class Terminal:
    """What a user has: a folder and the command."""

    folder: Path

    def __call__(self, *args, code=0, stdin=None):
        result = CliRunner().invoke(root, [str(a) for a in args], input=stdin)
        assert result.exit_code == code, f"{args}\n{result.output}\n{result.exception!r}"
        return Answer(result.exit_code, result.stdout, result.stderr)

    def json(self, *args, code=0):
        return self(*args, "--json", code=code).json

    def init(self, *more, **fields):
        given = LETTERHEAD | fields
        return self("init", *(p for k, v in given.items() for p in ("--set", f"{k}={v}")), *more)

    def write(self, contents):
        paths = []
        for name, content in contents.items():
            path = self.folder / name
            path.write_bytes(content)
            paths.append(path)
        return paths

    def import_books(self):
        return self.json("import", "datev", *self.write(books()))
