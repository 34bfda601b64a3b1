"""The proposals of a run as a list: rows shared by the PDF and the spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.domain.model import Charge, Debtor, Notice, NoticeKind
from core.domain.money import Money, total
from core.letters import formats, lines
from core.letters import texts as text_blocks
from core.letters.address import cut
from core.letters.clean import printable_map
from core.letters.sums import per_currency
from core.letters.texts import Texts
from core.ports import ProposalList

_NAMED_ITEMS = 12  # the spreadsheet names all of them
INSTALMENT = "instalment"  # text block that names a note before a rate
_COLUMNS = (
    "id",
    "debtor",
    "account",
    "level",
    "items",
    "oldest",
    "days",
    "in_default",
    "charges",
    "total",
    "channel",
    "release",
)


def level_label(notice: Notice, level: int, proposals: ProposalList, texts: Texts) -> str:
    """Name of a level in the notice's procedure, or its number when the name is not told."""
    if notice.kind is NoticeKind.PLAN:
        return texts.blocks[INSTALMENT]["level"]
    if notice.kind is NoticeKind.APOLOGY:
        return texts.get("apology", "level")
    block = proposals.level_texts.get(notice.procedure, {}).get(level, "")
    if block in texts.blocks:
        return texts.blocks[block]["level"]
    return texts.fill("table", "level_number", number=level)


def oldest_due(notice: Notice) -> date | None:
    """Due date of the oldest claim on the notice; credits do not count."""
    days = [line.due_date for line in lines.claims(notice) if line.due_date]
    return min(days, default=None)


def default_since(notice: Notice) -> date | None:
    """Since when the first of the claims is in default; None when none is."""
    days = [line.default_since for line in lines.claims(notice) if line.default_since]
    return min(days, default=None)


def sum_of(charges: Sequence[Charge], currency: str) -> Money:
    return total([charge.amount for charge in charges], currency)


def charge_name(charge: Charge, texts: Texts) -> str:
    """The kind, marked when the charge is only shown."""
    name = texts.label("charges", charge.kind)
    return name if charge.demanded else texts.fill("proposals", "shown", charge=name)


def channels(notice: Notice, texts: Texts) -> str:
    return ", ".join(texts.label("channels", channel) for channel in notice.channels)


def list_data(proposals: ProposalList) -> dict[str, object]:
    """What the template of the PDF list prints."""
    language = formats.language_of(proposals.language)
    texts = text_blocks.load(language)
    creditor = proposals.creditor
    plain = ("statement", "signature", "empty", "yes_no", "page")
    columns = _columns(proposals)
    data: dict[str, object] = {
        "language": language,
        "creditor": creditor.profile.name,
        "title": texts.fill("proposals", "title", run=proposals.run),
        "subtitle": texts.fill(
            "proposals",
            "subtitle",
            creditor=creditor.profile.name,
            date=formats.day(proposals.on, language),
        ),
        "columns": columns,
        "head": [texts.get("proposals", column) for column in columns],
        "rows": [
            [row[column] for column in columns if column in row]
            for row in (_row(notice, debtor, proposals, texts) for notice, debtor in proposals.rows)
        ],
        "sums": [
            [
                texts.fill("proposals", "sum", currency=amount.currency, count=count),
                formats.money(amount, language),
            ]
            for amount, count in per_currency(notice.total for notice, _ in proposals.rows)
        ],
        "watermark": "" if creditor.live else texts.get("common", "test"),
    }
    return printable_map({**data, **{key: texts.get("proposals", key) for key in plain}})


def _numbers(notice: Notice, texts: Texts) -> str:
    """The items by number; of very many the first ones and how many more there are."""
    numbers = [line.number or texts.get("table", "no_number") for line in notice.lines]
    more = len(numbers) - _NAMED_ITEMS
    return ", ".join(numbers[:_NAMED_ITEMS]) + (f" … (+{more})" if more > 0 else "")


def _columns(proposals: ProposalList) -> list[str]:
    """The columns of this list: those on default and charges only when there is any of it."""
    notices = [notice for notice, _ in proposals.rows]
    empty = set()
    if not any(default_since(notice) for notice in notices):
        empty.add("in_default")
    if not any(notice.charges for notice in notices):
        empty.add("charges")
    return [column for column in _COLUMNS if column not in empty]


def _row(
    notice: Notice, debtor: Debtor, proposals: ProposalList, texts: Texts
) -> dict[str, list[str]]:
    """The cells by column, each as its lines."""
    oldest = oldest_due(notice)
    cells = {
        "id": str(notice.id),
        "debtor": cut(debtor.name),
        "account": debtor.number,
        "level": level_label(notice, notice.level, proposals, texts),
        "items": _numbers(notice, texts),
        "oldest": formats.short_day(oldest, texts.language),
        "days": str((proposals.on - oldest).days) if oldest else "",
        "in_default": formats.short_day(default_since(notice), texts.language),
        "total": formats.money(notice.total, texts.language),
        "channel": channels(notice, texts),
    }
    return {**{key: [text] for key, text in cells.items()}, "charges": _charges(notice, texts)}


def _charges(notice: Notice, texts: Texts) -> list[str]:
    """One line per kind and whether it is demanded: ``Verzugszinsen 82,89 €``."""
    groups: dict[str, list[Charge]] = {}
    for charge in notice.charges:
        groups.setdefault(charge_name(charge, texts), []).append(charge)
    return [
        f"{name} {formats.money(sum_of(charges, notice.currency), texts.language)}"
        for name, charges in groups.items()
    ]
