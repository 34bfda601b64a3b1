"""Numbers inside free text: what a payer wrote, compared with the numbers of open items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

# Dates and amounts contain digits but name no invoice.
_DATE = re.compile(r"\b\d{1,2}\.\s?\d{1,2}\.(\d{4}|\d{2})?")
_AMOUNT = re.compile(r"(?<![\d./-])\d{1,3}(\.?\d{3})*,\d{2}(?!\d)")
# Whole words first: an invoice number may itself contain & or +.
_FINE = re.compile(r"[\s,;:()\[\]\"'#=|&+.]+")
_EDGE = ".,;:()[]\"'#=|-/"
_NOT_ALNUM = re.compile(r"[^A-Z0-9]")
_YEAR = re.compile(r"(19|20)\d\d")
MIN_LENGTH = 3


def normalised(text: str) -> str:
    """Upper case without blanks: the form of an item key."""
    return "".join(text.upper().split())


def alphanumeric(key: str) -> str:
    """Only letters A-Z and digits: senders strip or replace what a number may not contain."""
    return _NOT_ALNUM.sub("", key.upper())


def may_name(token: str) -> bool:
    """True when a token is long enough and has a digit, so that it can be an invoice number."""
    return len(token) >= MIN_LENGTH and any(char.isdigit() for char in token)


def tokens(texts: Iterable[str]) -> Iterator[str]:
    """Everything in ``texts`` that could be an invoice number as a whole, normalised.

    Words, words without the punctuation around them, and pairs of neighbouring words (a number
    written with a blank). Hyphens and slashes never split: ``2024`` is not named by
    ``RE-2024-17``.
    """
    for text in texts:
        cleaned = _AMOUNT.sub(" ", _DATE.sub(" ", text.upper()))
        words = [word.strip(_EDGE) for word in cleaned.split()]
        pairs = [a + b for a, b in pairwise(words)]
        for token in (*words, *pairs, *_FINE.split(cleaned), normalised(text)):
            if may_name(token):
                yield token


def guessed_number(references: Sequence[str], texts: Iterable[str]) -> str:
    """The number of a debit that was booked without one, "" when nothing looks like one.

    A reference of one word, else a word of the text, else a reference of several words.
    """
    named = [reference.strip() for reference in references if may_name(normalised(reference))]
    for reference in named:
        if len(reference.split()) == 1:
            return reference
    for text in texts:
        for word in _AMOUNT.sub(" ", _DATE.sub(" ", text)).split():
            token = word.strip(_EDGE)
            if may_name(token) and not _YEAR.fullmatch(token):
                return token
    return named[0] if named else ""
