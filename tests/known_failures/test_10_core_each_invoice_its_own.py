"""Known failure 10: several invoices, the last one decides or all get one amount (ERPNext #41752,
#42605, #46650).

Guards: every line carries amount, level and due date of its own item
(``dunning_notice._claim_line``), verdicts are by item (``dunning.decide``), and the total is the sum of
the lines (``dunning_notice._notice``).
"""

from __future__ import annotations

from itertools import permutations

from core_account import account, after_due, dunned, invoice, letter, on

from core.domain.model import OpenItem

ITEMS = (
    invoice(1, "100.00", level=1, due=after_due(-20)),
    invoice(2, "20.00"),
    invoice(3, "3.00", level=2, due=after_due(-30)),
)


def told(*items: OpenItem) -> dict[int, tuple[str, int]]:
    notice = letter(on(after_due(30), account(*items)))
    assert notice.total.plain() == "123.00"
    assert notice.level == 3
    return {line.item: (line.outstanding.plain(), line.level) for line in notice.lines}


def test_each_invoice_keeps_its_amount_and_level_in_any_order() -> None:
    for items in permutations(ITEMS):
        assert told(*items) == {1: ("100.00", 2), 2: ("20.00", 1), 3: ("3.00", 3)}


def test_a_last_invoice_that_is_not_due_decides_nothing_for_the_others() -> None:
    decision = on(after_due(30), account(*ITEMS, invoice(4, "999.00", due=after_due(99))))
    assert dunned(decision) == {1: 2, 2: 1, 3: 3}
    assert len(decision.verdicts) == 4
