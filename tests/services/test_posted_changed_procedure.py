"""A letter lies at the post office while somebody edits its procedure: it can still be reported."""

from __future__ import annotations

import pytest
from charges_desk import charges_office, procedure
from delivery_desk import TUESDAY

from core.domain.model import NoticeState

KEPT = [("dunning_fee", "2.50", "open"), ("default_interest", "3.44", "open")]


def cut(text: str) -> str:
    """The same procedure with nothing but its hand-over."""
    head, *levels = text.split("[[levels]]")
    return f"{head}[[levels]]{levels[-1]}"


CHANGES = {
    "deleted": None,
    "broken": "name = ",
    "with fewer levels": cut(procedure("receivable", '["letter"]')),
    "that keeps no charges any more": procedure("informational", '["letter"]'),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_letter_counts_by_the_procedure_that_it_was_printed_under(tmp_path, change):
    with charges_office(tmp_path) as office:
        office.owing()
        (notice,) = office.propose_and_approve()
        office.send()
        file = tmp_path / "home" / "procedures" / "kosten.toml"
        text = CHANGES[change]
        file.unlink()
        if text is not None:
            file.write_text(text, encoding="utf-8")
        office.day(TUESDAY)
        office.posted(notice)
        assert office.state(notice) is NoticeState.SENT
        assert sorted(kept[1:] for kept in office.kept()) == sorted(KEPT)
        assert office.audit_is_fine()
