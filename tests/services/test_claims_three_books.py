"""Three connections have the same claim: DATEV calls it 4711, the shop RE-1, a third 4711 again.

Only a person could say that 4711 in DATEV is RE-1; that the third has it too, the numbers tell.
"""

from __future__ import annotations

import pytest
from test_claims import INVOICED, TwoBooks

from core.domain.model import NoticeState, Role
from core.domain.reasons import Reason
from core.services import claims
from sandbox.mailbox import Mailbox


@pytest.fixture
def three(tmp_path):
    with Mailbox(tmp_path / "mails") as mailbox:
        office = TwoBooks(tmp_path, mailbox)
        third = office.connect("dritte", {})
        office.in_datev(number="4711")
        office.on_platform()
        claims.decide_claims(office.app, office.id, "4711", "RE-1", same=True, by="erika")
        office.platform.contact("b", "Beispiel AG", email="kunde@beispiel.example")
        office.platform.invoices.clear()
        office.platform.invoice("7", "b", "1190.00", INVOICED, number="4711")
        office.third = lambda: office.read("7", connection=third)
        yield office
        office.close()


def verdicts(office):
    return {v.connection: v.verdict.reason for v in office.run().verdicts}


def test_paid_at_the_third_it_is_not_dunned_from_the_shop(three):
    three.role("datev", Role.EVIDENCE)
    three.role("dritte", Role.EVIDENCE)
    three.third()
    assert verdicts(three)["online"] is Reason.LEVEL_REACHED
    three.platform.pay("7", "1190.00", three.clock.day)
    three.third()
    assert verdicts(three)["online"] is Reason.PAID_ELSEWHERE
    assert three.demanded() == {}


def test_two_that_lead_ask_for_it_once_and_the_list_names_who_leads(three):
    """DATEV, which joins the two, is evidence: without it nobody would know that they are one."""
    three.role("datev", Role.EVIDENCE)
    three.third()
    found = verdicts(three)
    assert sorted(found.values()) == [Reason.LEVEL_REACHED, Reason.SAME_CLAIM, Reason.SAME_CLAIM]
    with three.app.store.read() as tx:
        (notice,) = tx.notices.many(three.id, states=(NoticeState.PROPOSED,))
    assert notice.total.plain() == "1190.00"
    leads = {p.leading.connection for p in claims.claim_pairs(three.app, three.id, every=True)}
    assert leads == {next(name for name, why in found.items() if why is Reason.LEVEL_REACHED)}
