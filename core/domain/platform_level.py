"""Which of our levels a dunning is that a person made on a platform: its title is all there is.

A platform like lexoffice knows no levels, only a title that its user typed. What is found here is
a suggestion that a person confirms (architecture §4.14). A doubtful title means the lower level.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.domain.model import NoticeKind
from core.domain.procedure import DunningLevel, DunningProcedure

# "2. Mahnung", "Mahnung 2", "Mahnung Nr. 2", "2te Mahnung", "Mahnstufe 2", "2nd reminder".
_NUMBER = re.compile(
    r"\b([1-9])(?:\.|te|st|nd|rd|th)?\s*\w*(?:mahn|erinner|remind|dunning)"
    r"|(?:mahn|erinner|remind|dunning|stufe|level)\w*\s*(?:nr\.?|no\.?)?\s*([1-9])\b"
)
_ORDINALS = (
    ("erst", "first"),
    ("zweit", "second"),
    ("dritt", "third"),
    ("viert", "fourth"),
)
_LAST = re.compile(r"\b(?:aller)?(?:letzt|last\b|final)")
_REMINDER = re.compile(r"erinnerung|remind")
_STEP = re.compile(r"stufe|level")
_MAHNUNG = re.compile(r"mahnung|mahnschreiben|dunning")


def suggested_level(title: str, procedure: DunningProcedure) -> int:
    """Number of the level that a dunning of that title stands for; 0 when there is none.

    A reminder is none of the levels that count as a Mahnung; the n-th Mahnung is the n-th of
    those; the last one is the last before the hand-over.
    """
    letters = [
        level
        for level in procedure.levels
        if not level.is_pre_due and level.kind is NoticeKind.NOTICE
    ]
    if not letters:
        return 0
    words = " ".join(title.casefold().split())
    if _LAST.search(words):
        return letters[-1].number
    return _nth(_kind_of(words, letters), _count(words)).number


def _kind_of(words: str, letters: Sequence[DunningLevel]) -> Sequence[DunningLevel]:
    """The levels that such a title may stand for; at least one."""
    if _REMINDER.search(words):
        return [level for level in letters if not level.counts_as_mahnung] or letters[:1]
    if _MAHNUNG.search(words):
        return [level for level in letters if level.counts_as_mahnung] or letters
    return letters if _STEP.search(words) else letters[:1]


def _count(words: str) -> int:
    """1 for the first, and for a title that does not say."""
    found = _NUMBER.search(words)
    if found:
        return int(found[1] or found[2])
    ordinals = (n for n, names in enumerate(_ORDINALS, 1) if _names(words, names))
    return next(ordinals, 1)


def _names(words: str, ordinals: Sequence[str]) -> bool:
    return any(re.search(rf"\b{ordinal}", words) for ordinal in ordinals)


def _nth(levels: Sequence[DunningLevel], count: int) -> DunningLevel:
    return levels[min(count, len(levels)) - 1]
