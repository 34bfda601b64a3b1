"""The sentences of a letter that takes another one back: which one, what follows, nothing to pay."""

from __future__ import annotations

from core.letters.clean import clean
from core.letters.formats import day
from core.letters.payment import notice_reference
from core.letters.texts import Paragraph, Run, Texts, fill
from core.letters.wording import NAMED_ITEMS, contact, salutation
from core.ports import LetterContext


def paragraphs(context: LetterContext, texts: Texts) -> tuple[Paragraph, ...]:
    """What stands between salutation and closing."""
    block, about = texts.block(context.text), context.taken_back
    if about is None:
        raise ValueError("an apology needs the notice that it takes back")
    taken_back = fill(
        block["taken_back"],
        {
            "title": texts.block(about.text)["title"],
            "day": day(about.on, texts.language),
            "reference": notice_reference(about.id),
        },
    )
    if salutation(context, texts).endswith(("!", ".")):
        taken_back = taken_back[:1].upper() + taken_back[1:]
    said = (
        taken_back,
        _numbers(context, texts),
        block["effect"],
        fill(block["questions"], {"contact": contact(context, texts)}),
    )
    # Filled already: a foreign value with braces must not be read as a placeholder again.
    return tuple((Run(text),) for text in said)


def _numbers(context: LetterContext, texts: Texts) -> str:
    block = texts.block(context.text)
    numbers = [clean(line.number) for line in context.notice.lines]
    if len(numbers) > NAMED_ITEMS or not all(numbers):
        return block["about_many"]
    return fill(block["about"], {"numbers": ", ".join(numbers)})
