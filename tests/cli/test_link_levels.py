"""What `mahnwerk link` says of the levels that a bookkeeping allows: in words, and only if it binds.

DATEV's field Mahnung is a mask: 1 the first level, 2 the second, 4 the third and later, 7 all.
"""

import pytest

from cli.linking_words import difference
from core.domain.model import ConnectionId, Debtor, DebtorId
from core.services.link_differences import differences

LABEL = "datev:10005"


def debtor(mask):
    return Debtor(DebtorId(1), ConnectionId(1), "10005", "Beispiel Bau GmbH", allowed_levels=mask)


def told(head, other):
    return [difference(each) for each in differences(debtor(head), debtor(other), LABEL)]


@pytest.mark.parametrize(("head", "other"), [(0, 7), (7, 0), (7, 7), (3, 3)])
def test_what_forbids_nothing_more_is_not_mentioned(head, other):
    assert told(head, other) == []


@pytest.mark.parametrize(
    ("head", "other", "said"),
    [(0, 3, "alle / datev:10005: 1, 2"), (1, 7, "1 / datev:10005: alle"),
     (3, 8, "1, 2 / datev:10005: keine")],
    ids=["the other", "the head", "none"],
)  # fmt: skip
def test_what_one_of_them_forbids_is_said_in_levels(monkeypatch, head, other, said):
    monkeypatch.setenv("MAHNWERK_LANGUAGE", "de")
    (sentence,) = told(head, other)
    assert sentence.startswith(f"erlaubte Mahnstufen: {said}. Was bei einem verboten ist")
