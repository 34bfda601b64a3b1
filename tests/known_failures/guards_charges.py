"""Guards of charges and interest: where they stand, and how each is taken out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from guard_off import Guard, around, both, rewritten, without

from core.domain.default import DefaultState
from core.domain.model import Charge, OpenItem

CHARGES, INTEREST, LAW = (f"core.domain.{n}" for n in ("charges", "interest", "claim_law"))
NOTICE, TIMING = "core.domain.dunning_notice", "core.domain.dunning_timing"

CHARGE, FEE, FORMULA = (
    "test_04_core_one_charge",
    "test_06_core_fee_of_a_letter",
    "test_13_core_interest",
)


def fee_for_each_item(charges_of: Any, notice: Any, *rest: Any) -> tuple[Charge, ...]:
    found: tuple[Charge, ...] = charges_of(notice, *rest)
    fees = tuple(charge for charge in found if charge.kind == "dunning_fee")
    return found + fees * (len(notice.claims) - 1)


def from_due_date(default: Any, view: Any, item: OpenItem) -> DefaultState:
    """In default as soon as the due date is over, whatever the law asks for."""
    found: DefaultState = default(view, item)
    return replace(found, since=item.due_date and item.due_date + timedelta(days=1))


CHARGED = (
    # 4: duplicate charges
    Guard(
        4, "the lump sum is asked for once for each claim", f"{CHARGES}:_lump_sums",
        both(
            rewritten(f"{CHARGES}:_lump_sums", ("if before is not None:", "if False:")),
            without(
                f"{CHARGES}:_offset",
                lambda charges, fee, *_: [*charges, *([fee] if fee else [])],
            ),
        ),
        f"{CHARGE}.py::test_the_lump_sum_is_one_for_each_claim_however_often_it_is_dunned",
    ),
    Guard(
        4, "a lump sum that was paid is over", f"{CHARGES}:_lump_sums",
        rewritten(f"{CHARGES}:_lump_sums", ("if not before.paid and ", "if ")),
        f"{CHARGE}.py::test_a_lump_sum_that_was_paid_is_not_asked_for_again",
    ),
    Guard(
        4, "fee and lump sum are set off, not added up", f"{CHARGES}:_offset",
        without(
            f"{CHARGES}:_offset",
            lambda charges, fee, *_: [*charges, *([fee] if fee else [])],
        ),
        f"{CHARGE}.py::test_a_fee_and_the_lump_sum_are_not_added_up",
    ),
    Guard(
        4, "a kept fee is asked for by the first notice of a day only", f"{CHARGES}:charges_of",
        rewritten(f"{CHARGES}:charges_of", ("if notice.first:", "if True:")),
        f"{CHARGE}.py::test_fees_that_are_left_are_asked_for_by_one_of_the_letters_of_a_day",
    ),
    Guard(
        4, "a kept charge that is asked for again is the same one", f"{CHARGES}:_again",
        rewritten(f"{CHARGES}:_again", ("earlier=charge.id", "earlier=None")),
        f"{CHARGE}.py::test_each_letter_has_its_own_fee_and_the_earlier_ones_are_no_new_ones",
    ),
    Guard(
        4, "a letter has one fee, however many invoices it names", f"{CHARGES}:charges_of",
        around(f"{CHARGES}:charges_of", fee_for_each_item),
        f"{CHARGE}.py::test_a_collective_letter_over_three_invoices_has_one_fee",
    ),
    Guard(
        4, "several letters on a day have one fee", f"{NOTICE}:_charges",
        rewritten(f"{NOTICE}:_charges", ("if view.fee_charged:", "if False:")),
        f"{CHARGE}.py::test_three_letters_to_one_customer_on_a_day_have_one_fee",
    ),
    Guard(
        4, "nobody gets two letters, and two fees, in a day", f"{TIMING}:interval_of",
        without(f"{TIMING}:interval_of", lambda *_: 0),
        f"{CHARGE}.py::test_a_hundred_runs_on_one_day_charge_one_fee",
    ),
    Guard(
        4, "interest that was paid is not asked for again", f"{LAW}:LawView.interest",
        rewritten(
            f"{LAW}:LawView.interest",
            ("state.since if paid_until is None else max(state.since, paid_until + _DAY)",
             "state.since"),
        ),
        f"{CHARGE}.py::test_interest_is_asked_for_once_for_each_day",
    ),
    Guard(
        4, "consumers, and who may be one, owe no lump sum", f"{CHARGES}:carries_lump",
        without(f"{CHARGES}:carries_lump", lambda *_: True),
        f"{CHARGE}.py::test_a_consumer_never_owes_a_lump_sum_and_at_most_the_capped_fee",
    ),
    Guard(
        4, "a consumer's fee is capped", f"{CHARGES}:_consumer_cap",
        rewritten(f"{CHARGES}:_consumer_cap", ("return cap.amount if", "return 2 * cap.amount if")),
        f"{CHARGE}.py::test_a_consumer_never_owes_a_lump_sum_and_at_most_the_capped_fee",
    ),
    Guard(
        4, "a small claim carries no lump sum", f"{CHARGES}:_lump_sums",
        rewritten(f"{CHARGES}:_lump_sums", ("if item.outstanding.amount < least:", "if False:")),
        f"{CHARGE}.py::test_a_small_claim_carries_no_lump_sum",
    ),
    # 6: fee without letter
    Guard(
        6, "a fee is for a posted letter only", f"{CHARGES}:_fee",
        rewritten(f"{CHARGES}:_fee", ('notice.channel != "letter"', "False")),
        f"{FEE}.py::test_a_mail_carries_no_fee_and_a_letter_does",
    ),
    Guard(
        6, "no charge before default, nor on what brings it about", f"{CHARGES}:_owes",
        without(f"{CHARGES}:_owes", lambda *_: True),
        f"{FEE}.py::test_the_letter_that_brings_default_about_and_those_before_carry_none",
    ),
    Guard(
        6, "no charge on a note before the due date", f"{NOTICE}:_charges",
        both(
            rewritten(f"{NOTICE}:_charges", ("or top.is_pre_due", "")),
            without(f"{CHARGES}:_owes", lambda *_: True),
        ),
        f"{FEE}.py::test_a_friendly_note_before_the_due_date_carries_none",
    ),
    Guard(
        6, "a hand-over to a person carries no charge", f"{NOTICE}:_charges",
        rewritten(f"{NOTICE}:_charges", ("kind is not NoticeKind.NOTICE", "False")),
        f"{FEE}.py::test_a_hand_over_to_a_person_carries_none",
    ),
    Guard(
        6, "what is asked for is the lines and the demanded charges", f"{NOTICE}:demanded_total",
        rewritten("core.domain.notice_total:demanded_total", ("if charge.demanded", "if False")),
        f"{FEE}.py::test_what_the_letter_asks_for_is_lines_and_charges",
    ),
    # 13: interest formulas
    Guard(
        13, "interest counts the days and is no flat percentage", f"{INTEREST}:_spans",
        rewritten(
            f"{INTEREST}:_spans", ("* days * share", "* (366 if share == 365 else 365) * share")
        ),
        f"{FORMULA}.py::test_it_grows_with_the_days_and_is_no_flat_percentage",
    ),
    Guard(
        13, "a day is a 365th of its year, not a 360th", f"{INTEREST}:_spans",
        rewritten(f"{INTEREST}:_spans", ("* days * share", "* days * share * 73 // 72")),
        f"{FORMULA}.py::test_a_day_is_a_365th_of_its_year_and_not_a_360th",
    ),
    Guard(
        13, "a day of a leap year is a 366th", f"{INTEREST}:_spans",
        rewritten(
            f"{INTEREST}:_spans", ("share = 365 if isleap(start.year) else 366", "share = 366")
        ),
        f"{FORMULA}.py::test_in_a_leap_year_a_day_is_a_366th",
    ),
    Guard(
        13, "each half-year has its own base rate", f"{INTEREST}:_spans",
        rewritten(f"{INTEREST}:_spans", ("end, base = min(end, half_year.valid_to),", "base =")),
        f"{FORMULA}.py::test_each_half_year_has_its_own_base_rate",
    ),
    Guard(
        13, "a payment cuts the principal from its own day on", f"{INTEREST}:_stretches",
        rewritten(f"{INTEREST}:_stretches", ("if day <= start:", "if day <= end:")),
        f"{FORMULA}.py::test_a_payment_lowers_the_principal_from_its_own_day_only",
    ),
    Guard(
        13, "a credit cuts it from its value date on", f"{LAW}:LawView.interest",
        rewritten(f"{LAW}:LawView.interest", ("(*item.reductions, *credits_)", "item.reductions")),
        f"{FORMULA}.py::test_a_credit_lowers_it_from_its_value_date",
    ),
    Guard(
        13, "one rounding, of the sum", f"{INTEREST}:_settle",
        rewritten(
            f"{INTEREST}:_settle",
            ("divmod(minor * span.weight, unit)", "(_half_up(minor * span.weight, unit), 0)"),
        ),
        f"{FORMULA}.py::test_it_is_rounded_once_and_its_lines_add_up",
    ),
    Guard(
        13, "interest runs from default, not from the due date", f"{LAW}:LawView.default",
        around(f"{LAW}:LawView._default", from_due_date),
        f"{FORMULA}.py::test_it_runs_from_default_and_not_from_the_due_date",
    ),
    Guard(
        13, "the rate is that of the debtor's type", "core.domain.law.pack:LawPack.interest_rule",
        without(
            "core.domain.law.pack:LawPack.interest_rule",
            lambda pack, *_: pack.business,
        ),
        f"{FORMULA}.py::test_a_consumer_owes_five_points_and_a_business_nine",
    ),
    Guard(
        13, "charges bear no interest", f"{CHARGES}:_owes",
        both(
            without(f"{CHARGES}:_owes", lambda item, view, *_: view.default(item).holds(view.on)),
            rewritten(
                f"{LAW}:LawView.interest",
                ("if item.kind is ItemKind.CHARGE_RESIDUAL:", "if False:"),
            ),
        ),
        f"{FORMULA}.py::test_interest_bears_no_interest",
    ),
    Guard(
        13, "days of a deferral bear none", "core.domain.deferral:pauses",
        without("core.domain.deferral:pauses", lambda *_: ()),
        f"{FORMULA}.py::test_days_of_a_deferral_bear_none",
    ),
    Guard(
        13, "no base rate is guessed", f"{INTEREST}:_cut",
        both(
            rewritten(f"{INTEREST}:_cut", ("min(end, table.known_until)", "end")),
            rewritten(
                f"{INTEREST}:_spans",
                ("half_year = table.half_year(start)",
                 "half_year = table.half_year(min(start, table.known_until))"),
                ("min(end, half_year.valid_to)", "min(end, max(start, half_year.valid_to))"),
            ),
        ),
        f"{FORMULA}.py::test_no_rate_is_guessed_beyond_the_last_that_is_known",
    ),
    Guard(
        13, "a minor unit is that of the currency", f"{INTEREST}:_step",
        without(f"{INTEREST}:_step", lambda *_: Decimal("0.01")),
        f"{FORMULA}.py::test_it_is_rounded_to_the_minor_unit_of_its_currency",
    ),
)  # fmt: skip
