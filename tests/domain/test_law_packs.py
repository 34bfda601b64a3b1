"""Which rate, lump sum and fee limit each law gives, and the base-rate tables it rests on."""

from datetime import date
from decimal import Decimal

import pytest
from law_tables import DE, day, rule, table

from core.domain.law import LAWS, HalfYear, RateRule, RateTable, pack_for
from core.domain.law.rate_file import merged, parse_rates, percent_of, render_rates
from core.domain.model import DebtorType
from core.domain.money import Money
from core.errors import ConfigError

# law, debtor, day the claim arose, payment claim, points, fixed, basis
RATES = [
    ("de", "consumer", "2026-01-01", True, "5.00", None, "§ 288 Abs. 1 BGB"),
    ("de", "unknown", "2026-01-01", True, "5.00", None, "§ 288 Abs. 1 BGB"),
    ("de", "business", "2026-01-01", True, "9.00", None, "§ 288 Abs. 2 BGB"),
    ("de", "business", None, True, "9.00", None, "§ 288 Abs. 2 BGB"),
    # Art. 229 § 34 EGBGB: nine points for obligations that arose after 28 July 2014.
    ("de", "business", "2014-07-29", True, "9.00", None, "§ 288 Abs. 2 BGB"),
    (
        "de", "business", "2014-07-28", True, "8.00", None,
        "§ 288 Abs. 2 BGB a. F., Art. 229 § 34 EGBGB",
    ),
    ("de", "business", "2026-01-01", False, "5.00", None, "§ 288 Abs. 1 BGB"),
    ("de", "business", "2014-01-01", False, "5.00", None, "§ 288 Abs. 1 BGB"),
    ("de", "consumer", "2010-01-01", True, "5.00", None, "§ 288 Abs. 1 BGB"),
    ("at", "business", "2013-03-16", True, "9.20", None, "§ 456 UGB"),
    ("at", "business", "2013-03-15", True, "8.00", None, "§ 352 UGB a. F."),
    ("at", "business", "2026-01-01", False, None, "4.00", "§ 1333 Abs. 1, § 1000 Abs. 1 ABGB"),
    ("at", "consumer", "2026-01-01", True, None, "4.00", "§ 1333 Abs. 1, § 1000 Abs. 1 ABGB"),
    ("at", "unknown", None, True, None, "4.00", "§ 1333 Abs. 1, § 1000 Abs. 1 ABGB"),
    ("ch", "business", "2000-01-01", True, None, "5.00", "Art. 104 Abs. 1 OR"),
    ("ch", "business", None, False, None, "5.00", "Art. 104 Abs. 1 OR"),
    ("ch", "consumer", None, True, None, "5.00", "Art. 104 Abs. 1 OR"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("law", "debtor", "claim", "payment_claim", "points", "fixed", "basis"), RATES
)
def test_the_rate_by_law_debtor_and_claim(law, debtor, claim, payment_claim, points, fixed, basis):
    found = rule(debtor, law, claim=claim, payment_claim=payment_claim)
    assert found == RateRule(
        Decimal(points) if points else None, Decimal(fixed) if fixed else None, basis
    )


@pytest.mark.parametrize(
    ("law", "currency", "expected"),
    [
        ("de", "EUR", "40.00"),
        ("at", "EUR", "40.00"),
        ("de", "CHF", None),  # the statute names euros; nothing is converted
        ("ch", "CHF", None),
        ("ch", "EUR", None),
    ],
)
def test_the_lump_sum_is_40_euros_in_germany_and_austria(law, currency, expected):
    pack = pack_for(law)
    found = pack.lump_sum(currency)
    assert (found and found.plain()) == expected
    assert pack.lump_basis == {"de": "§ 288 Abs. 5 BGB", "at": "§ 458 UGB", "ch": ""}[law]


def test_what_a_reminder_may_cost_a_consumer():
    caps = {law: str(pack_for(law).consumer_fee_cap) for law in LAWS}
    assert caps == {"de": "2.50 EUR", "at": "0.00 EUR", "ch": "0.00 CHF"}
    assert [law for law in LAWS if pack_for(law).fee_needs_agreement] == ["ch"]


def test_each_pack_knows_its_country_and_currency():
    known = [(pack_for(law).key, pack_for(law).country, pack_for(law).currency) for law in LAWS]
    assert known == [("de", "DE", "EUR"), ("at", "AT", "EUR"), ("ch", "CH", "CHF")]


def test_a_law_that_is_not_known_is_named_with_those_that_are():
    with pytest.raises(
        ConfigError, match=r"„fr“ ist nicht bekannt\. Möglich: de, at, ch"
    ) as caught:
        pack_for("fr")
    assert caught.value.en == "governing_law: 'fr' is not known. Possible: de, at, ch."


@pytest.mark.parametrize(("points", "fixed"), [(None, None), (Decimal(5), Decimal(5))])
def test_a_rate_is_either_points_or_fixed(points, fixed):
    with pytest.raises(ValueError, match="either"):
        RateRule(points, fixed, "x")


def test_points_without_a_base_rate_are_no_rate():
    with pytest.raises(ValueError, match="not known"):
        rule("business").percent(None)


def test_equal_rules_are_one_key():
    twin = RateRule(Decimal("9.0"), None, "§ 288 Abs. 2 BGB")
    assert {twin: 1}[rule("business")] == 1


# Tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2001-12-31", None),
        ("2002-01-01", "2.57"),
        ("2002-06-30", "2.57"),
        ("2002-07-01", "2.47"),
        ("2026-12-31", "1.52"),
        ("2027-01-01", None),
    ],
)
def test_the_rate_of_a_day_from_the_first_to_the_last_known(on, expected):
    assert DE.rate_on(day(on)) == (Decimal(expected) if expected else None)


def half(first, last, percent="1.00", confirmed=True, source="test"):
    return HalfYear(day(first), day(last), Decimal(percent), source, confirmed)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "no half-year"),
        ([half("2026-02-01", "2026-06-30")], "2026-02-01 is neither"),
        ([half("2026-01-01", "2026-12-31")], "2026-01-01 does not end on 2026-12-31"),
        (
            [half("2026-01-01", "2026-06-30"), half("2027-01-01", "2027-06-30")],
            "2026-07-01 is missing before 2027-01-01",
        ),
        (
            [half("2026-07-01", "2026-12-31"), half("2026-01-01", "2026-06-30")],
            "2027-01-01 is missing before 2026-01-01",
        ),
    ],
)
def test_a_table_with_a_gap_cannot_be_made(rows, sentence):
    with pytest.raises(ValueError, match=sentence):
        RateTable(tuple(rows))


def test_the_version_of_a_table_follows_its_figures_only():
    one, same = table("2026-01-01", "1.27", "1.52"), table("2026-01-01", "1.270", "1.52")
    other = table("2026-01-01", "1.27", "1.53")
    assert one.version == same.version != other.version
    assert one != same  # a table is itself: cheap as a key


# Files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "valid_from,percent,source\n2027-01-01,1.77,Bundesanzeiger\n",
        "valid_from;percent;source\n01.01.2027;1,77;Bundesanzeiger\n",  # saved by a spreadsheet
        "valid_from,base_rate_percent,source,status\n2027-01-01,1.77,Bundesanzeiger,confirmed\n",
        "valid_from,valid_to,percent,source\n2027-01-01,30.06.2027,1.77,Bundesanzeiger\n",
        "valid_from,percent,source,status,\r\n2027-01-01,1.77,Bundesanzeiger,,,\r\n",
    ],
)
def test_a_half_year_is_read_in_every_usual_form(text):
    assert parse_rates(text, "neu.csv") == (
        half("2027-01-01", "2027-06-30", "1.77", source="Bundesanzeiger"),
    )


@pytest.mark.parametrize(
    ("status", "confirmed"),
    [("confirmed", True), ("", True), ("secondary", False), ("unverified", False)],
)
def test_the_status_says_whether_a_figure_is_confirmed(status, confirmed):
    text = f"valid_from,percent,source,status\n2027-01-01,1.77,Zeitung,{status}\n"
    assert parse_rates(text, "x")[0].confirmed is confirmed


def test_a_source_may_be_told_in_english_too():
    text = "valid_from,percent,source,source_en\n2027-01-01,1,Zeitung,a paper\n2027-07-01,1,Amt,\n"
    paper, office = parse_rates(text, "x")
    assert [paper.source_in("de"), paper.source_in("en")] == ["Zeitung", "a paper"]
    assert [office.source_in("de"), office.source_in("en")] == ["Amt", "Amt"]


def test_what_is_written_is_read_again():
    rows = (
        half("2027-01-01", "2027-06-30", "-0.12"),
        half("2027-07-01", "2027-12-31", "1.5", False),
    )
    assert parse_rates(render_rates(rows), "x") == rows


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ("line 1", "valid_from", "column is missing")),
        ("valid_from,percent\n", ("line 1", "source", "column is missing")),
        (
            "valid_from,valid_to,percent,source\n2027-01-01,2027-12-31,1.77,x\n",
            ("neu.csv", "line 2", "valid_to", "2027-12-31", "2027-06-30"),
        ),
        (
            "valid_from,percent,source\n2027-01-01,1.77,x\n2027-07-02,1.77,x\n",
            ("neu.csv", "line 3", "valid_from"),
        ),
        ("valid_from,percent,source\nsoon,1.77,x\n", ("line 2", "valid_from", "soon")),
        ("valid_from,percent,source\n2027-01-01,177,x\n", ("line 2", "percent", "177")),
        ("valid_from,percent,source\n2027-01-01\n", ("line 2", "percent")),
        ("valid_from,percent,source\n2027-01-01,1.77, \n", ("line 2", "source")),
        (
            "valid_from,percent,source,status\n2027-01-01,1.77,x,rumour\n",
            ("line 2", "status", "rumour", "confirmed, secondary, unverified"),
        ),
        ("valid_from,percent,source\n2027-01-01,1.77,x\ry\n", ("neu.csv", "no CSV file")),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_place(text, parts):
    with pytest.raises(ConfigError) as caught:
        parse_rates(text, "neu.csv")
    for part in parts:
        assert part in caught.value.en
    assert ("Zeile 2" in str(caught.value)) == ("line 2" in caught.value.en)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.27", "1.27"),
        ("1,27", "1.27"),
        (" -0.88 ", "-0.88"),
        ("+1.5", "1.50"),
        ("1", "1.00"),
        ("1.375", "1.375"),
        ("20", "20.00"),
        ("-5", "-5.00"),
        ("20.01", None),
        ("-5.01", None),
        ("127", None),
        ("1.2.7", None),
        ("1,27 %", None),
        ("", None),
    ],
)
def test_a_base_rate_as_people_write_it(text, expected):
    found = percent_of(text)
    assert (str(found) if found is not None else None) == expected


SHIPPED = (
    half("2026-01-01", "2026-06-30", "1.27"),
    half("2026-07-01", "2026-12-31", "1.52", False),
)


def test_own_half_years_continue_and_correct_what_is_not_confirmed():
    own = (half("2026-07-01", "2026-12-31", "1.55"), half("2027-01-01", "2027-06-30", "1.77"))
    found = merged(SHIPPED, own, "own.csv")
    assert [str(each.percent) for each in found.half_years] == ["1.27", "1.55", "1.77"]


def test_a_confirmed_shipped_half_year_stays_as_it_is():
    own = (half("2026-01-01", "2026-06-30", "1.270", source="somebody"),)
    assert merged(SHIPPED, own, "own.csv").half_years == SHIPPED


@pytest.mark.parametrize(
    ("own", "parts"),
    [
        ([half("2026-01-01", "2026-06-30", "1.77")], ("own.csv", "2026-01-01", "1.77", "1.27")),
        (
            [half("2027-01-01", "2027-06-30", "1.77"), half("2027-01-01", "2027-06-30", "1.78")],
            ("own.csv", "2027-01-01", "1.77", "1.78"),
        ),
        ([half("2027-07-01", "2027-12-31")], ("own.csv", "2027-01-01", "missing")),
        ([half("2025-01-01", "2025-06-30")], ("own.csv", "2025-07-01", "missing")),
    ],
)
def test_contradictions_and_gaps_are_refused_with_both_figures(own, parts):
    with pytest.raises(ConfigError) as caught:
        merged(SHIPPED, own, "own.csv")
    for part in parts:
        assert part in caught.value.en


def test_an_unknown_debtor_pays_what_a_consumer_pays_everywhere():
    for law in LAWS:
        pack = pack_for(law)
        unknown = pack.interest_rule(DebtorType.UNKNOWN, date(2026, 1, 1), payment_claim=True)
        assert unknown is pack.interest_rule(DebtorType.CONSUMER, None, payment_claim=True)
        assert pack.consumer_fee_cap == Money(pack.consumer_fee_cap.amount, pack.currency)
