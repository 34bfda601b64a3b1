"""The proposals of a run as a list: rows shared by the PDF and the spreadsheet."""

from __future__ import annotations

from datetime import date

from core.domain.model import Debtor, Notice
from core.letters import formats
from core.letters import texts as text_blocks
from core.letters.address import cut
from core.letters.clean import printable_map
from core.letters.sums import per_currency
from core.letters.texts import Texts
from core.ports import ProposalList

_NAMED_ITEMS = 12  # the spreadsheet names all of them
_COLUMNS = (
    "id",
    "debtor",
    "account",
    "level",
    "items",
    "oldest",
    "days",
    "total",
    "channel",
    "release",
)


def level_label(notice: Notice, level: int, proposals: ProposalList, texts: Texts) -> str:
    """Name of a level in the notice's procedure, or its number when the name is not told."""
    block = proposals.level_texts.get(notice.procedure, {}).get(level, "")
    if block in texts.blocks:
        return texts.blocks[block]["level"]
    return texts.fill("table", "level_number", number=level)


def oldest_due(notice: Notice) -> date | None:
    """Due date of the oldest claim on the notice; credits do not count."""
    days = [line.due_date for line in notice.lines if line.level > 0 and line.due_date]
    return min(days, default=None)


def channels(notice: Notice, texts: Texts) -> str:
    return ", ".join(texts.label("channels", channel) for channel in notice.channels)


def list_data(proposals: ProposalList) -> dict[str, object]:
    """What the template of the PDF list prints."""
    language = formats.language_of(proposals.language)
    texts = text_blocks.load(language)
    creditor = proposals.creditor
    plain = ("statement", "signature", "empty", "yes_no", "page")
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
        "head": [texts.get("proposals", column) for column in _COLUMNS],
        "rows": [_row(notice, debtor, proposals, texts) for notice, debtor in proposals.rows],
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


def _row(notice: Notice, debtor: Debtor, proposals: ProposalList, texts: Texts) -> list[str]:
    oldest = oldest_due(notice)
    return [
        str(notice.id),
        cut(debtor.name),
        debtor.number,
        level_label(notice, notice.level, proposals, texts),
        _numbers(notice, texts),
        formats.short_day(oldest, texts.language),
        str((proposals.on - oldest).days) if oldest else "",
        formats.money(notice.total, texts.language),
        channels(notice, texts),
    ]
