"""Guards of the store and of what people are shown: where they stand, how each is taken out."""

from __future__ import annotations

from pathlib import Path

import pytest
from guard_off import Guard, Off, both, index_gone, rewritten, without

AGAIN, SEEN, LOOKING, DROPPED, LISTS, CLOCK = (
    "test_03_store_second_run",
    "test_11_store_isolation",
    "test_17_store_looking",
    "test_21_store_dropping_one",
    "test_22_core_lists_agree",
    "test_23_no_hidden_clock",
)
CROSSES = f"{SEEN}.py::test_nothing_crosses_two_creditors"
WRITES = f"{SEEN}.py::test_a_write_for_one_leaves_every_row_of_the_other"
VIEWS = "core.services.views"


def wall_clock(path: str) -> Off:
    """A module that asks what day it is, as far as the check of the sources can see."""

    def off(patch: pytest.MonkeyPatch) -> None:
        read = Path.read_text

        def read_text(self: Path, *args: object, **kwargs: object) -> str:
            text = read(self, *args, **kwargs)  # type: ignore[arg-type]
            if not self.as_posix().endswith(path):
                return text
            return text + "\n\ndef today() -> date:\n    return date.today()\n"

        patch.setattr(Path, "read_text", read_text)

    return off


STORE = (
    # 3: duplicate letters
    Guard(
        3, "an unchanged proposal is the same one", "core.store.proposal_content:pair",
        without(
            "core.store.proposal_content:pair",
            lambda living, drafts, *_: ([(d, None) for d in drafts], [old.id for old in living]),
        ),
        f"{AGAIN}.py::test_a_second_run_refreshes_and_never_doubles",
    ),
    Guard(
        3, "an item stands once in its level", "uq_notice_item_living",
        index_gone("uq_notice_item_living"),
        f"{AGAIN}.py::test_what_was_sent_cannot_be_proposed_or_sent_again",
    ),
    Guard(
        3, "what was sent cannot be sent again", "core.store.transitions:check_notice",
        without("core.store.transitions:check_notice", lambda *_: None),
        f"{AGAIN}.py::test_what_was_sent_cannot_be_proposed_or_sent_again",
    ),
    Guard(
        3, "one living proposal for debtor, currency, procedure", "uq_notice_living",
        index_gone("uq_notice_living"),
        f"{AGAIN}.py::test_the_database_refuses_a_second_living_proposal",
    ),
    Guard(
        3, "one living delivery of a notice", "uq_delivery_living",
        index_gone("uq_delivery_living"),
        f"{AGAIN}.py::test_two_senders_get_one_delivery",
    ),
    Guard(
        3, "who comes second gets no delivery", "core.store.deliveries:Deliveries._living",
        both(
            without("core.store.deliveries:Deliveries._living", lambda *_: []),
            index_gone("uq_delivery_living"),
        ),
        f"{AGAIN}.py::test_two_senders_get_one_delivery",
    ),
    # 11: customer A sees customer B
    Guard(
        11, "items are read for one creditor", "core.store.items:Items.many",
        rewritten("core.store.items:Items.many", ("_C.creditor_id == creditor, ", "")),
        CROSSES,
    ),
    Guard(
        11, "items are found for one creditor", "core.store.items:Items.find",
        rewritten(
            "core.store.items:Items.find", ("where(_C.creditor_id == creditor, meant)", "where(meant)")
        ),
        CROSSES,
    ),
    Guard(
        11, "debtors are read for one creditor", "core.store.debtors:Debtors.get",
        rewritten("core.store.debtors:Debtors.get", ("_C.creditor_id == creditor, ", "")),
        CROSSES,
    ),
    Guard(
        11, "notices are read for one creditor", "core.store.notices:Notices._read",
        rewritten(
            "core.store.notices:Notices._read",
            ("sa.select(*COLUMNS).where(_N.creditor_id == creditor, *conditions)",
             "sa.select(*COLUMNS).where(*conditions)"),
        ),
        CROSSES,
    ),
    Guard(
        11, "charges are read for one creditor", "core.store.charges:Charges.rows",
        rewritten(
            "core.store.charges:Charges.rows", (".where(_C.creditor_id == creditor)", "")
        ),
        CROSSES,
    ),
    Guard(
        11, "a notice is moved for one creditor", "core.store.notices:Notices._move",
        rewritten(
            "core.store.notices:Notices._move",
            ("_N.creditor_id == creditor, _N.id == notice", "_N.id == notice"),
        ),
        f"{WRITES}[notices.set_state]",
    ),
    Guard(
        11, "a charge is settled for one creditor", "core.store.charges:Charges.settle",
        rewritten(
            "core.store.charges:Charges.settle",
            ("_C.creditor_id == creditor, _C.id == charge", "_C.id == charge"),
        ),
        f"{WRITES}[charges.settle]",
    ),
    # 17: state changed by looking
    Guard(
        17, "a transaction that reads cannot write", "core.store.engine:_begin",
        rewritten("core.store.engine:_begin", ("'OFF' if writes else 'ON'", "'OFF'")),
        f"{LOOKING}.py::test_a_read_transaction_cannot_write",
    ),
    # 21: removing one invoice mutes the others
    Guard(
        21, "taking one item off leaves the others on", "core.store.notices:Notices.drop_item",
        rewritten(
            "core.store.notices:Notices.drop_item",
            ("_L.notice_id == notice, _L.open_item_id == item)", "_L.notice_id == notice)"),
        ),
        f"{DROPPED}.py::test_the_others_stay_and_the_dropped_one_comes_back",
    ),
    Guard(
        21, "an item that was taken off is free for the next run",
        "core.store.notices:Notices.drop_item",
        rewritten(
            "core.store.notices:Notices.drop_item",
            (".values(living=False, dropped=True)", ".values(living=False)"),
        ),
        f"{DROPPED}.py::test_the_others_stay_and_the_dropped_one_comes_back",
    ),
)  # fmt: skip

REPORTS = (
    # 22: filters and reports
    Guard(
        22, "the due day is not late in any list", f"{VIEWS}:ageing_bucket",
        rewritten(f"{VIEWS}:ageing_bucket", ("(on - due).days", "(on - due).days + 1")),
        f"{LISTS}.py::test_every_list_says_the_same_on_the_edges",
    ),
    Guard(
        22, "debtors' late amounts begin after the due day", f"{VIEWS}:debtors",
        rewritten(f"{VIEWS}:debtors", ("item.due_date < on", "item.due_date <= on")),
        f"{LISTS}.py::test_they_agree_with_each_other_and_with_the_ledger_on_every_day",
    ),
    Guard(
        22, "ageing adds up what is outstanding, not totals", f"{VIEWS}:ageing",
        rewritten(f"{VIEWS}:ageing", ("amount = row.owed", "amount = row.item.total")),
        f"{LISTS}.py::test_they_agree_with_each_other_and_with_the_ledger_on_every_day",
    ),
    Guard(
        22, "explain decides for the day that the run decides for", "core.services.explain:_explain",
        rewritten(
            "core.services.explain:_explain",
            ("judge.decide(account, on)", "judge.decide(account, on + timedelta(days=1))"),
        ),
        f"{LISTS}.py::test_explain_says_what_the_run_says_on_every_day",
    ),
    Guard(
        22, "what is late is looked at closely", "core.store.quiet:Quiet._late_or_doubtful",
        rewritten(
            "core.store.quiet:Quiet._late_or_doubtful",
            ("_I.due_date < first_quiet", "_I.due_date < first_quiet - timedelta(days=1)"),
        ),
        f"{LISTS}.py::test_they_agree_with_each_other_and_with_the_ledger_on_every_day",
    ),
    Guard(
        22, "a hold is shown on the days on which it holds", f"{VIEWS}:_holds",
        rewritten(
            f"{VIEWS}:_holds",
            ("active(creditor, on)", "active(creditor, date.fromordinal(on.toordinal() + 1))"),
        ),
        f"{LISTS}.py::test_a_hold_is_shown_on_its_last_day_and_not_after",
    ),
    # 23: the clock
    Guard(
        23, "no code but the clock knows what day it is", "test_23_no_hidden_clock.py",
        wall_clock("core/domain/dunning_item.py"),
        f"{CLOCK}.py::test_only_the_clock_knows_what_day_it_is[dunning_item]",
    ),
)  # fmt: skip
