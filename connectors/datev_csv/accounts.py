"""Personal accounts, and which contra account means what in SKR03 and SKR04.

The ranges are UNVERIFIED general knowledge of the charts (datev.md §2.4, §8); each can be
replaced by a setting of the connection, e.g. ``bank_accounts = "1200-1210,1250"``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from connectors.datev_csv.problems import RowError
from core.errors import ConfigError

Ranges = tuple[tuple[int, int], ...]


class Side(Enum):
    """What an account of a posting is."""

    DEBTOR = "debtor"
    CREDITOR = "creditor"
    LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Chart:
    """Ranges of four-digit G/L accounts; longer accounts are compared by their first four."""

    name: str
    money: Ranges = ()  # bank, cash, transit
    bank: Ranges = ()  # what proves that the bank was booked
    revenue: Ranges = ()  # revenue, other income, down payments, VAT
    write_off: Ranges = ()
    opening: Ranges = ((9000, 9009),)


CHARTS: dict[str, Chart] = {
    "03": Chart(
        "03",
        money=((1000, 1399),),
        bank=((1100, 1299),),
        revenue=((8000, 8999), (2500, 2799), (1590, 1599), (1700, 1799)),
        write_off=((2400, 2449),),
    ),
    "04": Chart(
        "04",
        money=((1600, 1899), (1460, 1495)),
        bank=((1700, 1899),),
        revenue=((4000, 4999), (7100, 7199), (1370, 1379), (3250, 3299), (3800, 3849)),
        write_off=((6280, 6289), (6930, 6939)),
    ),
}
UNKNOWN_CHART = Chart("")
_SETTINGS = ("money", "bank", "revenue", "write_off", "opening")


def chart_for(name: str, settings: Mapping[str, str]) -> Chart:
    """The chart of that name with the account lists of the settings put in.

    Raises:
        ConfigError: a setting is no list of accounts.

    """
    chart = CHARTS.get(name, UNKNOWN_CHART)
    lists = {
        key: parse_ranges(settings[f"{key}_accounts"], f"{key}_accounts")
        if settings.get(f"{key}_accounts")
        else getattr(chart, key)
        for key in _SETTINGS
    }
    return Chart(chart.name, **lists)


def wanted_chart(header_chart: str, settings: Mapping[str, str]) -> str:
    """The chart "03", "04" or "" from the setting ``chart``, else from header field 27."""
    text = settings.get("chart", "").strip().upper().removeprefix("SKR").zfill(2)
    if settings.get("chart"):
        if text not in CHARTS:
            raise ConfigError(
                f"Einstellung chart={settings['chart']}: bekannt sind SKR03 und SKR04."
            )
        return text
    return header_chart if header_chart in CHARTS else ""


def parse_ranges(text: str, setting: str) -> Ranges:
    """``"1100-1299,1360"`` as ranges of four-digit accounts."""
    ranges: list[tuple[int, int]] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,4})\s*(?:-\s*(\d{1,4}))?\s*", part)
        if not match:
            raise ConfigError(
                f"Einstellung {setting}={text}: erwartet vierstellige Konten oder Bereiche, "
                "z. B. 1100-1299,1360."
            )
        low = int(match.group(1))
        ranges.append((low, int(match.group(2) or low)))
    return tuple(ranges)


def within(number: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(low <= number <= high for low, high in ranges)


class AccountInfo(NamedTuple):
    """An account as read: what it is, canonical number, and its four-digit G/L class."""

    side: Side
    canonical: str  # personal: right-padded to 9 digits; G/L: without leading zeros
    label: str
    ledger: int = -1  # of a personal account: none
    bank: bool = False


class Accounts:
    """Classifies accounts of one file; every distinct text is judged once."""

    def __init__(self, length: int, chart: Chart) -> None:
        self._length = length
        self._chart = chart
        self._known: dict[str, AccountInfo] = {}

    def get(self, text: str, field: str) -> AccountInfo:
        """The account written as ``text``.

        Raises:
            RowError: it is missing, no number, or too long for the Sachkontenlänge.

        """
        info = self._known.get(text)
        if info is None:
            info = self._known[text] = classify(text, self._length, self._chart, field)
        return info


def classify(text: str, length: int, chart: Chart, field: str) -> AccountInfo:
    """Personal accounts have exactly one digit more than G/L accounts (datev.md §2.3)."""
    label = text.strip()
    if not label:
        raise RowError("account_missing", field, "Das Konto fehlt. Buchung in DATEV ergänzen.")
    if not label.isascii() or not label.isdigit():
        raise RowError(
            "account_invalid",
            field,
            f"„{label[:20]}“ ist keine Kontonummer. Datei unverändert aus DATEV exportieren, "
            "nicht über eine Tabellenkalkulation speichern.",
        )
    # Libraries pad accounts with zeros; a personal account never starts with 0.
    bare = label.lstrip("0")
    if len(bare) <= length:
        ledger = int(bare.zfill(length)[:4]) if bare else 0
        return AccountInfo(Side.LEDGER, bare, label, ledger, within(ledger, chart.bank))
    if len(bare) != length + 1:
        raise RowError(
            "account_length",
            field,
            f"Konto {label[:20]} hat {len(bare)} Stellen; bei Sachkontenlänge {length} haben "
            f"Personenkonten {length + 1}. Sachkontenlänge im Export prüfen.",
        )
    side = Side.DEBTOR if bare[0] <= "6" else Side.CREDITOR
    return AccountInfo(side, bare.ljust(9, "0"), label)


def debtor_of(text: str, length: int) -> str | None:
    """Canonical debtor account of a refused row, when it can be read."""
    bare = text.strip().strip('"').lstrip("0")
    if bare.isascii() and bare.isdigit() and len(bare) == length + 1 and bare[0] <= "6":
        return bare.ljust(9, "0")
    return None


def infer_chart(pairs: Iterable[tuple[str, str]], length: int) -> str:
    """The chart "03" or "04" by the revenue contra accounts of debtor rows; "" when they do not tell."""
    votes = {"03": 0, "04": 0}
    for account, contra in pairs:
        for one, other in ((account, contra), (contra, account)):
            if debtor_of(one, length) is None or not other.strip().isdigit():
                continue
            bare = other.strip().lstrip("0")
            if len(bare) > length:
                continue
            ledger = int(bare.zfill(length)[:4]) if bare else 0
            votes["03"] += 8000 <= ledger <= 8999
            votes["04"] += 4000 <= ledger <= 4999
    if votes["03"] == votes["04"]:
        return ""
    return "03" if votes["03"] > votes["04"] else "04"
