"""The procedures that come with Mahnwerk, told by day: what leaves when, and to whom.

One invoice over 119 euro, due on Monday 2 March 2026, customer with a mail address, one run a day,
everything approved and sent at once. Days count from the due date.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from dunning_story import (
    CALENDAR,
    DUE,
    account,
    after_due,
    amounts,
    daily,
    dunned,
    hold,
    invoice,
    letter,
    on,
    sent,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from config.procedures import load_procedure, procedure_names
from core.domain.dunning_timing import interval_of
from core.domain.model import ChargesMode, NoticeKind, Showing
from core.domain.procedure import DunningProcedure
from core.domain.procedure_hints import hints
from core.domain.sending_days import sends_on

PRESETS = {name: load_procedure(name) for name in procedure_names()}
every_preset = pytest.mark.parametrize("procedure", PRESETS.values(), ids=PRESETS)
# Day, weekday, level, first channel, printed deadline as a day.
STORIES: dict[str, list[tuple[int, str, str, str, int | None]]] = {
    "agentur": [
        (8, "Tue", "reminder", "email", 21),
        (31, "Thu", "first", "email", 46),
        (57, "Tue", "second", "email", 70),
        (85, "Tue", "final", "letter", 101),
        (107, "Wed", "hand_over", "task", None),
    ],
    "b2b": [
        (7, "Mon", "reminder", "email", 15),
        (21, "Mon", "first", "email", 29),
        (37, "Wed", "second", "email", 45),
        (53, "Fri", "final", "letter", 66),
        (73, "Thu", "hand_over", "task", None),
    ],
    "handwerk": [
        (7, "Mon", "reminder", "email", 18),
        (30, "Wed", "first", "letter", 49),
        (56, "Mon", "second", "letter", 74),
        (80, "Thu", "final", "letter", 98),
        (105, "Mon", "hand_over", "task", None),
    ],
    "onlinehandel": [
        (4, "Fri", "reminder", "email", 14),
        (21, "Mon", "first", "email", 29),
        (37, "Wed", "final", "letter", 53),
        (60, "Fri", "hand_over", "task", None),
    ],
    "praxis": [
        (21, "Mon", "reminder", "letter", 39),
        (56, "Mon", "first", "letter", 77),
        (91, "Mon", "second", "letter", 109),
        (126, "Mon", "hand_over", "task", None),
    ],
    "saas": [
        (-5, "Wed", "pre_due", "email", None),
        (4, "Fri", "reminder", "email", 14),
        (21, "Mon", "first", "email", 29),
        (37, "Wed", "final", "letter", 53),
        (60, "Fri", "hand_over", "task", None),
    ],
    "sanft": [
        (14, "Mon", "reminder", "email", 29),
        (42, "Mon", "first", "email", 57),
        (70, "Mon", "second", "letter", 91),
        (98, "Mon", "hand_over", "task", None),
    ],
    "standard": [
        (10, "Thu", "reminder", "email", 21),
        (25, "Fri", "first", "email", 38),
        (44, "Wed", "second", "email", 52),
        (58, "Wed", "final", "email", 66),
        (72, "Wed", "hand_over", "task", None),
    ],
    "straff": [
        (3, "Thu", "first", "email", 11),
        (21, "Mon", "second", "email", 29),
        (37, "Wed", "final", "letter", 50),
        (54, "Sat", "hand_over", "task", None),
    ],
    "verbraucher": [
        (7, "Mon", "reminder", "email", 22),
        (36, "Tue", "first", "email", 51),
        (63, "Mon", "final", "letter", 81),
        (92, "Tue", "hand_over", "task", None),
    ],
}


@pytest.mark.parametrize("name", STORIES)
def test_what_leaves_when(name: str) -> None:
    procedure = PRESETS[name]
    told = [
        (
            (decision.on - DUE).days,
            f"{decision.on:%a}",
            procedure.level(notice.level).key,
            notice.channels[0],
            notice.deadline and (notice.deadline - DUE).days,
        )
        for decision in daily(account(invoice()), after_due(-10), 160, procedure)
        for notice in decision.notices
    ]
    assert told == STORIES[name]


def test_every_procedure_has_its_story() -> None:
    assert set(STORIES) == set(PRESETS) >= {
        "standard", "sanft", "straff", "verbraucher", "b2b",
        "onlinehandel", "handwerk", "agentur", "saas", "praxis",
    }  # fmt: skip


@every_preset
def test_none_charges_anything_nor_leaves_without_a_person(procedure: DunningProcedure) -> None:
    assert procedure.charges is ChargesMode.INFORMATIONAL
    for level in procedure.levels:
        assert not level.fee
        assert Showing.CHARGE not in (level.interest, level.lump_sum)
        assert level.automation == "approve"
    assert hints(procedure) == ()


@every_preset
def test_what_is_friendly_is_no_mahnung_and_one_letter_is(procedure: DunningProcedure) -> None:
    for level in procedure.levels:
        friendly = level.text in ("pre_due", "reminder", "gentle_reminder")
        if level.kind is NoticeKind.NOTICE:
            assert level.counts_as_mahnung is not friendly
            # Interest is shown only when a Mahnung has gone before.
            before = procedure.levels[: level.number - 1]
            shown = Showing.SHOW in (level.interest, level.lump_sum)
            assert not shown or any(b.counts_as_mahnung for b in before)
    assert procedure.levels[-1].kind is NoticeKind.TASK


@pytest.mark.parametrize("name", ["verbraucher", "onlinehandel", "praxis", "saas", "sanft"])
def test_where_customers_are_consumers_nothing_is_even_shown(name: str) -> None:
    for level in PRESETS[name].levels:
        assert (level.interest, level.lump_sum) == (Showing.OFF, Showing.OFF)


def test_patients_get_letters_only_and_each_invoice_its_own() -> None:
    praxis = PRESETS["praxis"]
    assert {level.channels for level in praxis.levels} == {("letter",), ("task",)}
    decision = on(after_due(21), account(invoice(1), invoice(2)), praxis)
    assert [amounts(notice) for notice in decision.notices] == [
        {"RE-1": "119.00"},
        {"RE-2": "119.00"},
    ]


def test_a_site_in_dispute_does_not_keep_the_bill_for_another_from_being_dunned() -> None:
    of = account(invoice(1), invoice(2), holds=[hold(DUE, item=1)])
    decision = on(after_due(7), of, PRESETS["handwerk"])
    assert dunned(decision) == {2: 1}
    assert amounts(letter(decision)) == {"RE-2": "119.00"}


def test_who_is_behind_gets_no_note_while_his_mahnung_runs() -> None:
    """The month's invoice of 119 euro is due on 2 March; that of February is still open."""
    saas = PRESETS["saas"]
    february = invoice(2, due=after_due(-28))
    told = daily(account(invoice(1), february), after_due(-28), 40, saas)
    days = {(d.on - DUE).days: dunned(d) for d in told}
    # The reminder for February leaves on Friday the 6th, its Mahnung on Monday the 23rd. While the
    # deadline of that runs, the days for a note about March pass; March is first reminded of when
    # it is due.
    assert days == {-24: {2: 2}, -7: {2: 3}, 7: {1: 2}}


def test_a_subscriber_without_mail_address_gets_no_note_by_post() -> None:
    told = daily(account(invoice(), email=""), after_due(-10), 20, PRESETS["saas"])
    assert [(d.on - DUE).days for d in told] == [4]


@every_preset
@settings(derandomize=True, deadline=None, max_examples=12)
@given(
    st.lists(st.integers(0, 90), min_size=1, max_size=4),
    st.sampled_from(["", "a@muster.example"]),
)
def test_daily_runs_keep_their_promises(
    procedure: DunningProcedure, due: list[int], email: str
) -> None:
    """Over 200 days: one level a run, never a lower one later, nobody twice within the gap,
    nothing on a day on which nothing is sent, and nothing due in a note before due.
    """
    items = [invoice(number + 1, due=after_due(late)) for number, late in enumerate(due)]
    told = daily(account(*items, email=email), after_due(-10), 200, procedure)
    levels: dict[int, list[int]] = {}
    contacts = []
    for decision in told:
        for id_, level in dunned(decision).items():
            levels.setdefault(id_, []).append(level)
        letters = [n for n in decision.notices if n.kind is NoticeKind.NOTICE]
        if letters:
            contacts.append((decision.on, max(n.level for n in letters), letters))
            assert sends_on(procedure, decision.on, CALENDAR)
        for notice in letters:
            early = procedure.level(notice.level).is_pre_due
            assert all((line.due_date > decision.on) is early for line in notice.lines)
    assert all(given == sorted(set(given)) for given in levels.values())
    first = procedure.first_late_level.number
    for given_levels in levels.values():
        assert [n for n in given_levels if n >= first] == list(
            range(first, max(given_levels) + 1) if max(given_levels) >= first else []
        )
    for (before, _, _), (after, _, letters) in pairwise(contacts):
        gap = min(
            interval_of(procedure.level(line.level), procedure)
            for notice in letters
            for line in notice.lines
        )
        assert after - before >= timedelta(days=max(gap, procedure.contact_gap_days, 1))


@every_preset
@settings(derandomize=True, deadline=None, max_examples=12)
@given(st.integers(-70, 60), st.integers(0, 4), st.integers(1, 60))
def test_waiting_never_lowers_a_level(
    procedure: DunningProcedure, late: int, level: int, later: int
) -> None:
    """On days of sending: what is late and dunned today is dunned later at the same level."""
    item = invoice(due=after_due(-late), level=min(level, len(procedure.levels)))
    today, then = DUE, DUE + timedelta(days=later)
    before = on(today, account(item), procedure)
    if late <= 0 or not dunned(before) or not sends_on(procedure, then, CALENDAR):
        return
    assert dunned(on(then, account(item), procedure)) == dunned(before)


@every_preset
def test_a_second_run_on_the_day_after_sending_says_nothing_new(
    procedure: DunningProcedure,
) -> None:
    of = account(invoice(1), invoice(2, due=after_due(3)))
    for offset in range(-10, 60):
        decision = on(after_due(offset), of, procedure)
        assert on(after_due(offset), of, procedure) == decision
        if decision.notices:
            of = sent(of, decision)
            assert not on(after_due(offset), of, procedure).notices
            return
    pytest.fail("nothing was ever sent")
