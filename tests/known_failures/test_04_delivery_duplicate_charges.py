"""Known failure 4: a second try charges a second time (Invoice Ninja #2330, Tryton).

Guard: a notice keeps the charges it was approved with; tries and channels add nothing.
"""

import pypdf

from core.domain.money import Money


def test_three_tries_and_a_fall_back_to_post_demand_119_euros_once(office):
    [notice] = office.propose_and_approve()
    approved = office.notice(notice)
    office.mailbox.behaviour.refuse["kunde@beispiel.example"] = "450 later"
    assert [office.send().outcomes[0].outcome for _ in range(2)] == ["failed", "failed"]
    office.mailbox.behaviour.refuse["kunde@beispiel.example"] = "550 unknown"
    [outcome] = office.send().outcomes
    assert outcome.outcome == "printed"
    printed = office.notice(notice)
    assert printed.charges == approved.charges == ()
    assert printed.total == approved.total == Money.from_minor(11900, "EUR")
    pages = pypdf.PdfReader(office.composed.outbox / outcome.file).pages
    text = "".join(page.extract_text() for page in pages)
    assert "119,00" in text
    assert "Mahngebühr" not in text
    office.posted(notice)
    assert office.item("RE-1").level == 1
    assert office.run().proposals == []
