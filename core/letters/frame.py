"""What only the letter has: letterhead, address field, information block and foot."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.model import CreditorProfile
from core.letters import address
from core.letters import texts as text_blocks
from core.letters.clean import clean
from core.letters.texts import Texts
from core.letters.view import NoticeView
from core.letters.widths import POINTS_PER_MM, em, fits
from core.ports import LetterContext

# Sizes and lengths of templates/letter.typ at which a field is tried first.
_FIELD_MM = 80
_ADDRESS_PT, _ADDRESS_LINES = 10.5, 6
_RETURN_PT = 7.5
_SENDER_MM, _SENDER_PT = 165, 19
_INFO_MM, _INFO_PT, _INFO_LINES = 72, 9, 8
_FOOT_MM, _FOOT_GAP_MM, _FOOT_PT, _FOOT_LINES = 165, 5, 7.5, 5

Columns = Sequence[Sequence[str]]


def letter_data(context: LetterContext, view: NoticeView) -> dict[str, object]:
    """The frame of a letter; ``roomy`` says which fields surely fit in their full size."""
    texts, profile = text_blocks.load(view.language), context.creditor.profile
    info = _info(context, view, texts)
    recipient = [clean(line) for line in address.recipient_lines(context.debtor, profile.country)]
    sender_line = clean(address.return_line(profile))
    columns = address.footer(profile, texts, account=view.own_account)
    foot = [[clean(line) for line in column] for column in columns]
    return {
        "form": "A" if profile.letter_form.strip().upper() == "A" else "B",
        "return_line": sender_line,
        "address": recipient,
        "info": info,
        "footer": foot,
        "roomy": {
            "sender": fits([view.sender], _SENDER_MM, _SENDER_PT, bold=True),
            "return_line": fits([sender_line], _FIELD_MM, _RETURN_PT),
            "address": len(recipient) <= _ADDRESS_LINES and fits(recipient, _FIELD_MM, _ADDRESS_PT),
            "info": _info_is_roomy(info),
            "footer": _foot_is_roomy(foot),
        },
        "machine": texts.get("common", "machine"),
        "continued": texts.fill(
            "common", "continued", title=view.title, date=view.date, customer=view.customer
        ),
        "page": texts.get("common", "page"),
        "watermark": texts.get("common", "test") if view.test else "",
    }


def _info(context: LetterContext, view: NoticeView, texts: Texts) -> list[list[str]]:
    profile: CreditorProfile = context.creditor.profile
    pairs = (
        ("date", view.date),
        ("customer", context.debtor.label),
        ("our_reference", view.reference),
        ("contact", profile.contact),
        ("phone", profile.phone),
        ("email", profile.reply_to or profile.email),
        ("web", profile.website),
    )
    return [[texts.get("common", key), clean(value)] for key, value in pairs if clean(value)]


def _info_is_roomy(info: Columns) -> bool:
    widest = [max((em(row[i]) for row in info), default=0) for i in (0, 1)]
    return len(info) <= _INFO_LINES and sum(widest) <= _INFO_MM * POINTS_PER_MM / _INFO_PT


def _foot_is_roomy(foot: Columns) -> bool:
    space = (_FOOT_MM - _FOOT_GAP_MM * max(len(foot) - 1, 0)) * POINTS_PER_MM / _FOOT_PT
    needed = sum(max(em(line) for line in column) for column in foot)
    return needed <= space and all(len(column) <= _FOOT_LINES for column in foot)
