"""Guards of the rules (``core.domain``): where they stand, and how each is taken out."""

from __future__ import annotations

from guard_off import Guard, both, rewritten, without

ITEM, NOTICE, WORTH = (f"core.domain.dunning_{n}" for n in ("item", "notice", "worth"))
TIMING, VIEW = "core.domain.dunning_timing", "core.domain.dunning_account"

PAID, LEVEL, DAYS = (
    "test_01_core_paid_is_not_dunned",
    "test_07_core_one_level_at_a_time",
    "test_08_core_days_and_their_sign",
)
CURRENCY, OWN, PARTLY = (
    "test_09_core_currencies_never_meet",
    "test_10_core_each_invoice_its_own",
    "test_12_core_partly_paid",
)
CANCELLED, MUTE = (
    "test_20_core_cancelled_documents",
    "test_21_core_one_item_never_mutes_others",
)

CORE = (
    # 1: dunning after payment
    Guard(
        1, "what is settled is no claim, whatever is outstanding", f"{ITEM}:_no_claim",
        rewritten(f"{ITEM}:_no_claim", ("if not is_running(item):", "if False:")),
        f"{PAID}.py::test_a_settled_item_is_not_dunned",
    ),
    Guard(
        1, "nothing outstanding is no claim, whatever the state says", f"{ITEM}:_no_claim",
        rewritten(
            f"{ITEM}:_no_claim", ("    if not item.outstanding.amount:\n", "    if False:\n")
        ),
        f"{PAID}.py::test_an_item_with_nothing_open_is_not_dunned_whatever_its_state_says",
    ),
    Guard(
        1, "money that nobody placed holds what it could pay", f"{ITEM}:_may_be_paid",
        without(f"{ITEM}:_may_be_paid", lambda *_: None),
        f"{PAID}.py::test_money_that_nobody_assigned_stops_the_invoice_it_could_pay",
    ),
    Guard(
        1, "nothing leaves while money is not booked up to date", f"{VIEW}:booked_through",
        without(f"{VIEW}:booked_through", lambda *_: True),
        f"{PAID}.py::test_nothing_is_dunned_while_the_bank_is_not_booked",
    ),
    Guard(
        1, "an account in credit is not dunned, held credits included", f"{NOTICE}:_notices",
        rewritten(f"{NOTICE}:_notices", ("<= 0:", "<= -10**9:")),
        f"{PAID}.py::test_nor_while_the_credit_that_covers_it_is_being_cleared_up",
    ),
    Guard(
        1, "a notice whose net is not positive is none", f"{WORTH}:worth_it",
        rewritten(f"{WORTH}:worth_it", ("if net <= 0:", "if False:")),
        f"{PAID}.py::test_a_credit_that_covers_what_is_late_stops_the_letter_though_more_is_owed_later",
    ),
    # 7: escalation
    Guard(
        7, "the next level is the one after the last that was sent", f"{ITEM}:next_allowed",
        rewritten(
            f"{ITEM}:next_allowed",
            ("following = max(item.level + 1, item.start_level)",
             "following = 1 + max(x.number for x in levels if x.days_after_due <= 52)"),
        ),
        f"{LEVEL}.py::test_after_a_year_of_downtime_the_first_level_comes_first",
    ),
    Guard(
        7, "a second run on a day sends nothing more", f"{TIMING}:wait_for",
        without(f"{TIMING}:wait_for", lambda *_: None),
        f"{LEVEL}.py::test_a_hundred_runs_on_one_day_give_one_level",
    ),
    Guard(
        7, "a level waits for the interval since the last notice", f"{TIMING}:interval_of",
        without(f"{TIMING}:interval_of", lambda *_: 0),
        f"{LEVEL}.py::test_an_interval_that_runs_stops_the_next_level_even_without_a_deadline",
    ),
    Guard(
        7, "a level waits for the last printed deadline", f"{VIEW}:AccountView.deadline_over",
        without(f"{VIEW}:AccountView.deadline_over", lambda *_: 0),
        f"{LEVEL}.py::test_a_deadline_that_runs_stops_the_next_level_even_without_an_interval",
    ),
    Guard(
        7, "a day that was missed is caught up on", f"{TIMING}:wait_for",
        rewritten(
            f"{TIMING}:wait_for",
            ("if max(earliest, spoken) <= view.today:", "if max(earliest, spoken) == view.today:"),
        ),
        f"{LEVEL}.py::test_no_exact_day_is_needed",
    ),
    Guard(
        7, "after the last level nothing is repeated", f"{ITEM}:next_allowed",
        rewritten(
            f"{ITEM}:next_allowed",
            ("following = max(item.level + 1, item.start_level)",
             "following = min(max(item.level + 1, item.start_level), len(levels))"),
        ),
        f"{LEVEL}.py::test_the_last_level_is_not_repeated",
    ),
    # 8: days and their sign
    Guard(
        8, "the due day itself is not late", f"{ITEM}:examine",
        rewritten(f"{ITEM}:examine", ("if view.today <= due:", "if view.today < due:")),
        f"{DAYS}.py::test_due_today_is_not_late",
    ),
    Guard(
        8, "a level comes no day too early", f"{TIMING}:wait_for",
        rewritten(
            f"{TIMING}:wait_for",
            ("by_level = due + level.days_after_due", "by_level = due + level.days_after_due - 1"),
        ),
        f"{DAYS}.py::test_a_level_comes_on_its_day_and_not_the_day_before",
    ),
    Guard(
        8, "a level comes no day too late", f"{TIMING}:wait_for",
        rewritten(
            f"{TIMING}:wait_for",
            ("by_level = due + level.days_after_due", "by_level = due + level.days_after_due + 1"),
        ),
        f"{DAYS}.py::test_a_level_comes_on_its_day_and_not_the_day_before",
    ),
    Guard(
        8, "days late are counted from due date to today", f"{NOTICE}:_dun",
        rewritten(f"{NOTICE}:_dun", ("(view.on - due).days", "(due - view.on).days")),
        f"{DAYS}.py::test_a_level_comes_on_its_day_and_not_the_day_before",
    ),
    Guard(
        8, "the last day of grace is grace", f"{ITEM}:_next_level",
        rewritten(
            f"{ITEM}:_next_level",
            ("if view.today <= due + grace_days:", "if view.today < due + grace_days:"),
        ),
        f"{DAYS}.py::test_grace_days_are_over_the_day_after_the_last",
    ),
    Guard(
        8, "the interval is over on its last day", f"{TIMING}:wait_for",
        rewritten(
            f"{TIMING}:wait_for",
            ("last + interval_of(level, view.procedure)",
             "last + interval_of(level, view.procedure) + 1"),
        ),
        f"{DAYS}.py::test_the_interval_is_over_on_its_last_day",
    ),
    Guard(
        8, "a hold holds on its last day", "core.domain.model.accounts:Hold.active",
        rewritten(
            "core.domain.model.accounts:Hold.active", ("on <= self.until_on", "on < self.until_on")
        ),
        f"{DAYS}.py::test_a_hold_holds_on_its_first_and_on_its_last_day",
    ),
    Guard(
        8, "a hold holds on its first day", "core.domain.model.accounts:Hold.active",
        rewritten(
            "core.domain.model.accounts:Hold.active", ("self.from_on <= on", "self.from_on < on")
        ),
        f"{DAYS}.py::test_a_hold_holds_on_its_first_and_on_its_last_day",
    ),
    Guard(
        8, "money may lag exactly as many working days as set", f"{VIEW}:booked_through",
        rewritten(
            f"{VIEW}:booked_through", ("return behind <= working_days", "return behind < working_days")
        ),
        f"{DAYS}.py::test_three_working_days_behind_is_allowed_and_four_is_not",
    ),
    # 9: currencies
    Guard(
        9, "amounts of two currencies cannot be added", "core.domain.money:Money._same",
        without("core.domain.money:Money._same", lambda *_: None),
        f"{CURRENCY}.py::test_euros_and_dollars_cannot_be_added_subtracted_or_compared",
    ),
    Guard(
        9, "a notice is of one currency", f"{NOTICE}:_notices",
        both(
            rewritten(
                f"{NOTICE}:_notices",
                ("by_currency.setdefault(claim[0].outstanding.currency, [])",
                 'by_currency.setdefault("EUR", [])'),
            ),
            without("core.domain.money:Money._same", lambda *_: None),
            rewritten(
                "core.domain.notice_total:demanded_total",
                ("if any(money.currency != currency for money in amounts):", "if False:"),
            ),
        ),
        f"{CURRENCY}.py::test_each_currency_has_its_own_notice_and_total",
    ),
    Guard(
        9, "a minimum counts in its own currency", f"{WORTH}:_minimum",
        without(f"{WORTH}:_minimum", lambda level, *_: max(level.min_amount.values(), default=0)),
        f"{CURRENCY}.py::test_the_minimum_in_euro_says_nothing_about_yen",
    ),
    Guard(
        9, "a credit is deducted in its own currency", f"{VIEW}:AccountView.deductions",
        rewritten(
            f"{VIEW}:AccountView.deductions",
            ("if item.outstanding.currency == currency", "if True"),
        ),
        f"{CURRENCY}.py::test_a_credit_in_dollars_does_not_pay_euros",
    ),
    Guard(
        9, "unplaced money in another currency is not converted", f"{VIEW}:AccountView.foreign_credit",
        without(f"{VIEW}:AccountView.foreign_credit", lambda *_: None),
        f"{CURRENCY}.py::test_money_in_francs_that_nobody_placed_is_not_converted_and_stops_the_letter",
    ),
    Guard(
        9, "a balance is of one currency", f"{VIEW}:AccountView.balance",
        rewritten(
            f"{VIEW}:AccountView.balance",
            ("if item.outstanding.currency == currency\n        and item.outstanding.amount > 0",
             "if item.outstanding.amount > 0"),
        ),
        f"{CURRENCY}.py::test_a_claim_in_dollars_does_not_cover_a_credit_in_euros",
    ),
    Guard(
        9, "without a limit in the currency a person decides", "core.domain.automation:needs_person",
        rewritten("core.domain.automation:needs_person", ("limit is None or", "limit is not None and")),
        f"{CURRENCY}.py::test_where_no_limit_is_set_in_the_currency_a_person_decides",
    ),
    Guard(
        9, "an unclear currency is not guessed", f"{ITEM}:_no_claim",
        rewritten(f"{ITEM}:_no_claim", ("if item.currency_unclear:", "if False:")),
        f"{CURRENCY}.py::test_an_unclear_currency_is_not_guessed",
    ),
    # 10: the last one decides
    Guard(
        10, "a line carries the amount of its own item", f"{NOTICE}:_claim_line",
        rewritten(
            f"{NOTICE}:_claim_line",
            ("        item.outstanding,\n", "        view.items[-1].outstanding,\n"),
        ),
        f"{OWN}.py::test_each_invoice_keeps_its_amount_and_level_in_any_order",
    ),
    Guard(
        10, "a line carries the level of its own item", f"{NOTICE}:_claim_line",
        rewritten(
            f"{NOTICE}:_claim_line",
            ("        level.number,\n", "        view.items[-1].level + 1,\n"),
        ),
        f"{OWN}.py::test_each_invoice_keeps_its_amount_and_level_in_any_order",
    ),
    Guard(
        10, "the total is that of all lines", "core.domain.notice_total:demanded_total",
        rewritten(
            "core.domain.notice_total:demanded_total",
            ("for line in lines]", "for line in list(lines)[-1:]]"),
        ),
        f"{OWN}.py::test_each_invoice_keeps_its_amount_and_level_in_any_order",
    ),
    Guard(
        10, "each item has its own verdict", "core.domain.dunning:decide",
        rewritten(
            "core.domain.dunning:decide",
            ("verdicts[item.id] = found\n", "verdicts[item.id] = found; claims.clear()\n"),
            ("tuple(verdicts[item.id] for item in view.items)",
             "tuple(verdicts[i.id] for i in view.items if i.id in verdicts)"),
        ),
        f"{OWN}.py::test_a_last_invoice_that_is_not_due_decides_nothing_for_the_others",
    ),
    # 12: partly paid
    Guard(
        12, "what is partly paid is a claim", f"{VIEW}:is_running",
        rewritten(f"{VIEW}:is_running", ("or state is ItemState.PARTLY_PAID", "")),
        f"{PARTLY}.py::test_the_rest_of_a_partly_paid_invoice_is_dunned",
    ),
    Guard(
        12, "a line asks for what is outstanding, not for the total", f"{NOTICE}:_claim_line",
        rewritten(
            f"{NOTICE}:_claim_line", ("        item.outstanding,\n", "        item.total,\n")
        ),
        f"{PARTLY}.py::test_the_rest_of_a_partly_paid_invoice_is_dunned",
    ),
    Guard(
        12, "a minimum looks at what is outstanding", f"{WORTH}:worth_it",
        rewritten(
            f"{WORTH}:worth_it", ("item.outstanding.amount for item", "item.total.amount for item")
        ),
        f"{PARTLY}.py::test_the_minimum_looks_at_the_rest_and_not_at_the_total",
    ),
    Guard(
        12, "unplaced money is compared with what is outstanding", f"{ITEM}:_may_be_paid",
        rewritten(
            f"{ITEM}:_may_be_paid",
            ("if item.outstanding.amount > unplaced:", "if item.total.amount > unplaced:"),
        ),
        f"{PARTLY}.py::test_unplaced_money_is_compared_with_the_rest",
    ),
    # 20: cancelled documents
    Guard(
        20, "only what is certainly open is a claim", f"{ITEM}:_no_claim",
        rewritten(f"{ITEM}:_no_claim", ("if not is_running(item):", "if False:")),
        f"{CANCELLED}.py::test_only_open_states_are_dunned",
    ),
    Guard(
        20, "an unknown state is reported, not guessed", f"{ITEM}:_no_claim",
        rewritten(f"{ITEM}:_no_claim", ("if item.state is ItemState.UNKNOWN:", "if False:")),
        f"{CANCELLED}.py::test_an_unknown_state_is_reported_as_that",
    ),
    Guard(
        20, "requests and charges of others are no claims", f"{VIEW}:is_claim_kind",
        without(f"{VIEW}:is_claim_kind", lambda *_: True),
        f"{CANCELLED}.py::test_only_invoices_other_debits_and_charges_that_are_left_are_dunned",
    ),
    # 21: one item mutes the others
    Guard(
        21, "a hold on one item holds that item", "core.domain.dunning_holds:HoldView.of",
        rewritten(
            "core.domain.dunning_holds:HoldView.of",
            ("self._of_item.get(item, [])", "sum(self._of_item.values(), [])"),
        ),
        f"{MUTE}.py::test_a_hold_on_one_item_leaves_the_others",
    ),
    Guard(
        21, "an item below its minimum leaves the notice alone", f"{WORTH}:worth_it",
        rewritten(
            f"{WORTH}:worth_it",
            ("if not below:", "below = claims if below else []\n        if not below:"),
            ("claims = [claim for claim in claims if _minimum(claim[1], currency) <= net]",
             "claims = []"),
        ),
        f"{MUTE}.py::test_an_item_below_the_minimum_of_its_level_leaves_the_others",
    ),
    Guard(
        21, "an item that drops out takes no other with it", "core.domain.dunning:decide",
        rewritten(
            "core.domain.dunning:decide",
            ("if claims:", "if claims and len(claims) == len(view.items):"),
            ("tuple(verdicts[item.id] for item in view.items)",
             "tuple(verdicts[i.id] for i in view.items if i.id in verdicts)"),
        ),
        f"{MUTE}.py::test_an_item_that_drops_out_leaves_the_others_on_the_notice",
    ),
)  # fmt: skip
