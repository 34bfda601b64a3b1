"""A notice that Mahnwerk sent, shown in lexoffice: right to the cent, and never twice."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._json import dumps
from connectors._values import readable_day
from connectors.lexoffice import dunnings
from connectors.lexoffice.dunning_body import (
    build_dunning,
    marker_of,
    midnight,
    short_title,
)
from connectors.lexoffice.dunning_lines import clip
from core.domain.money import Money
from core.domain.platform_records import NoticeToWrite, PlatformNotice
from core.errors import (
    AnswerUnknown,
    MalformedResponse,
    NotFound,
    NotSupported,
    RateLimited,
    Rejected,
    Unreachable,
)

INVOICE = "1d0f2e3f-0000-4000-8000-000000000002"


def eur(text):
    return Money(Decimal(text), "EUR")


def notice(**changes):
    given = {
        "invoice": INVOICE,
        "marker": "Mahnwerk 17/42",
        "title": "1. Mahnung",
        "on": date(2026, 2, 3),
        "deadline": date(2026, 2, 17),
        "language": "de",
        "outstanding": eur("690.00"),
    }
    return NoticeToWrite(**{**given, **changes})


def work(price="1000", rate="19", **changes):
    """A line as lexoffice shows it: with both prices and what it computed."""
    net, percent = Decimal(price), Decimal(rate)
    return {
        "id": "article-1",
        "type": "service",
        "name": "Malerarbeiten Januar",
        "description": "Flur und Küche",
        "quantity": Decimal(1),
        "unitName": "Pauschale",
        "unitPrice": {
            "currency": "EUR",
            "netAmount": net,
            "grossAmount": net * (1 + percent / 100),
            "taxRatePercentage": percent,
        },
        "discountPercentage": 0,
        "lineItemAmount": net,
        **changes,
    }


def invoice(**changes):
    """Nordlicht Bau GmbH owes 1,190.00 €; 500.00 € came on 22 January."""
    given = {
        "id": INVOICE,
        "voucherStatus": "open",
        "voucherNumber": "RE-2041",
        "voucherDate": "2026-01-05T00:00:00.000+01:00",
        "dueDate": "2026-01-19T00:00:00.000+01:00",
        "language": "de",
        "address": {
            "contactId": "77ab",
            "name": "Nordlicht Bau GmbH",
            "street": "Hafenweg 3",
            "zip": "24103",
            "city": "Kiel",
            "countryCode": "DE",
            "contactPerson": "Frau Beispiel",
        },
        "lineItems": [work()],
        "totalPrice": {
            "currency": "EUR",
            "totalNetAmount": Decimal("1000.0"),
            "totalGrossAmount": "1190.00",
            "totalTaxAmount": Decimal(190),
        },
        "taxAmounts": [
            {"taxRatePercentage": 19, "taxAmount": Decimal(190), "netAmount": Decimal(1000)}
        ],
        "taxConditions": {"taxType": "net", "taxSubType": None},
        "shippingConditions": {
            "shippingType": "service",
            "shippingDate": "2026-01-04T00:00:00.000+01:00",
        },
        "relatedVouchers": [],
    }
    return {**given, **changes}


class Lexoffice:
    """lexoffice's endpoints in memory, as `LexofficeClient` offers them. No HTTP."""

    def __init__(self, document=None, place="invoice"):
        self.places = {place: document if document is not None else invoice()}
        self.made = {}
        self.posts = 0
        self.failure = None  # raised by the next create_dunning
        self.happens = True  # whether it is made all the same
        self.reads = []

    def _read(self, place, identity):
        self.reads.append(place)
        if place not in self.places or identity != INVOICE:
            raise NotFound
        return self.places[place]

    def invoice(self, identity):
        return self._read("invoice", identity)

    def down_payment_invoice(self, identity):
        return self._read("down_payment_invoice", identity)

    def credit_note(self, identity):
        return self._read("credit_note", identity)

    def voucher(self, identity):
        return self._read("voucher", identity)

    def dunning(self, identity):
        self.reads.append("dunning")
        if identity not in self.made:
            raise NotFound
        return self.made[identity]

    def add(self, identity, kind="dunning", **fields):
        (document,) = self.places.values()
        document["relatedVouchers"].append({"id": identity, "voucherType": kind})
        self.made[identity] = {"id": identity, **fields}

    def create_dunning(self, invoice_id, body):
        self.posts += 1
        failure, self.failure = self.failure, None
        identity = f"dunning-{self.posts}"
        if failure is None or self.happens:
            self.add(identity, **{k: body[k] for k in ("title", "remark", "voucherDate")})
        if failure is not None:
            raise failure
        return {"id": identity, "version": 1}


# --- what is sent


def test_the_body_has_everything_that_lexoffice_wants():
    """The documented example, for Nordlicht Bau GmbH and 690.00 € of 1,190.00 €."""
    body = build_dunning(invoice(), notice(charges=(("Mahngebühr", eur("5.00")),)))
    assert body["voucherDate"] == "2026-02-03T00:00:00.000+01:00"
    assert body["title"] == "1. Mahnung"
    assert body["address"] == {
        "contactId": "77ab", "street": "Hafenweg 3", "zip": "24103", "city": "Kiel",
        "countryCode": "DE",
    }  # fmt: skip
    assert body["taxConditions"] == {"taxType": "net"}
    assert body["totalPrice"] == {"currency": "EUR"}
    assert body["shippingConditions"]["shippingType"] == "service"
    line, charge, paid = body["lineItems"]
    assert line == {
        "type": "custom",
        "name": "Malerarbeiten Januar",
        "description": "Flur und Küche",
        "quantity": Decimal(1),
        "unitName": "Pauschale",
        "unitPrice": {"currency": "EUR", "netAmount": 1000, "taxRatePercentage": 19},
        "discountPercentage": 0,
    }
    assert charge == {
        "type": "custom",
        "name": "Mahngebühr",
        "quantity": Decimal(1),
        "unitName": "Stück",
        "unitPrice": {"currency": "EUR", "netAmount": Decimal("5.00"), "taxRatePercentage": 0},
    }
    assert paid == {
        "type": "text",
        "name": "Bereits gezahlt",
        "description": "500,00 EUR gezahlt oder gutgeschrieben; offen 690,00 EUR",
    }
    assert body["introduction"] == (
        "Diese Mahnung hat Mahnwerk mit Datum vom 03.02.2026 bereits versandt; hier nicht noch "
        "einmal senden.\nSie betrifft die Rechnung RE-2041 vom 05.01.2026, fällig am 19.01.2026."
        "\nOffen sind 690,00 EUR."
    )
    assert body["remark"] == "Zahlbar bis 17.02.2026\nMahnwerk 17/42"
    assert marker_of(body["remark"]) == "Mahnwerk 17/42"


def test_amounts_travel_as_numbers_with_their_own_digits():
    lines = [work(price="99.8765", quantity=Decimal("2.5"))]
    sent = dumps(build_dunning(invoice(lineItems=lines), notice()))
    assert b'"netAmount":99.8765' in sent
    assert b'"quantity":2.5' in sent


def test_an_english_debtor_is_told_in_english():
    body = build_dunning(
        invoice(), notice(language="en", title="Payment reminder", outstanding=eur("1190.00"))
    )
    assert (body["language"], body["title"]) == ("en", "Payment reminder")
    assert body["remark"] == "Payable by 2026-02-17\nMahnwerk 17/42"
    assert "1190.00 EUR" in body["introduction"]
    assert len(body["lineItems"]) == 1  # nothing was paid


def test_without_a_deadline_the_remark_is_the_marker():
    assert build_dunning(invoice(), notice(deadline=None))["remark"] == "Mahnwerk 17/42"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 1, 31), "2026-01-31T00:00:00.000+01:00"),
        (date(2026, 3, 29), "2026-03-29T00:00:00.000+01:00"),  # the clocks change at two
        (date(2026, 3, 30), "2026-03-30T00:00:00.000+02:00"),
        (date(2026, 10, 25), "2026-10-25T00:00:00.000+02:00"),
        (date(2026, 10, 26), "2026-10-26T00:00:00.000+01:00"),
    ],
)
def test_a_day_begins_at_midnight_in_berlin(day, text):
    assert midnight(day) == text
    assert readable_day({"d": text}, "d") == day


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_day_survives_the_way_there_and_back(day):
    assert readable_day({"d": midnight(day)}, "d") == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-02-02T23:00:00.000Z", date(2026, 2, 3)),
        ("2026-02-02T23:00:00.000+00:00", date(2026, 2, 3)),
        ("2026-01-05T00:00:00.000+02:00", date(2026, 1, 5)),
        ("2026-01-05", date(2026, 1, 5)),
        ("2026-01-05T23:30:00.000", date(2026, 1, 5)),
        (None, None),
        ("soon", None),
    ],
)
def test_a_foreign_offset_does_not_move_the_day(text, day):
    assert readable_day({"d": text}, "d") == day


def test_a_gross_invoice_gets_gross_prices():
    document = invoice(taxConditions={"taxType": "gross"})
    body = build_dunning(document, notice(charges=(("Mahngebühr", eur("2.50")),)))
    work_line, charge, _ = body["lineItems"]
    assert work_line["unitPrice"] == {
        "currency": "EUR", "grossAmount": Decimal("1190.00"), "taxRatePercentage": 19,
    }  # fmt: skip
    assert charge["unitPrice"]["grossAmount"] == Decimal("2.50")
    assert body["taxConditions"] == {"taxType": "gross"}


def test_tax_conditions_are_those_of_the_invoice():
    conditions = {"taxType": "intraCommunitySupply", "taxTypeNote": "§ 4 Nr. 1b UStG"}
    document = invoice(taxConditions=conditions, lineItems=[work(rate="0")])
    body = build_dunning(document, notice())
    assert body["taxConditions"] == conditions
    assert "netAmount" in body["lineItems"][0]["unitPrice"]


def test_a_one_time_customer_is_named_and_has_no_contact():
    address = {"name": "Erika Muster", "street": "Weg 1", "zip": "10115", "city": "Berlin",
               "countryCode": "DE", "supplement": None}  # fmt: skip
    body = build_dunning(invoice(address=address), notice())
    assert body["address"] == {
        "name": "Erika Muster", "street": "Weg 1", "zip": "10115", "city": "Berlin",
        "countryCode": "DE",
    }  # fmt: skip


def test_words_and_discounts_of_the_invoice_come_along():
    lines = [
        {"type": "text", "name": "Leistungen im Januar", "description": None},
        work(discountPercentage=Decimal("12.5"), unitName=None, description=None),
        work(discountPercentage=None),
    ]
    words, line, plain, _ = build_dunning(invoice(lineItems=lines), notice())["lineItems"]
    assert words == {"type": "text", "name": "Leistungen im Januar"}
    assert line["discountPercentage"] == Decimal("12.5")
    assert "unitName" not in line
    assert "discountPercentage" not in plain


def test_an_article_is_not_referred_to():
    (line, _) = build_dunning(invoice(), notice())["lineItems"]
    assert "id" not in line
    assert line["type"] == "custom"


# --- more lines than a dunning holds


def many(count, **changes):
    return invoice(
        lineItems=[work(price="10")] * count,
        totalPrice={"totalNetAmount": Decimal(10 * count), "totalGrossAmount": Decimal("3570.00")},
        taxAmounts=[
            {"taxRatePercentage": 7, "taxAmount": Decimal(7), "netAmount": Decimal(100)},
            {
                "taxRatePercentage": 19,
                "taxAmount": Decimal("551.00"),
                "netAmount": Decimal(10 * count - 100),
            },
        ],
        **changes,
    )


def test_300_lines_and_nothing_beside_them_are_sent_as_they_are():
    body = build_dunning(many(300), notice(outstanding=eur("3570.00")))
    assert len(body["lineItems"]) == 300


def test_300_lines_and_a_charge_become_one_line_for_each_rate():
    charged = notice(outstanding=eur("3570.00"), charges=(("Mahngebühr", eur("5.00")),))
    first, second, charge = build_dunning(many(300), charged)["lineItems"]
    assert first["name"] == "Rechnung RE-2041 (19 % USt.)"
    assert first["unitPrice"] == {
        "currency": "EUR", "netAmount": Decimal(2900), "taxRatePercentage": Decimal(19),
    }  # fmt: skip
    assert second["unitPrice"]["netAmount"] == Decimal(100)
    assert charge["name"] == "Mahngebühr"


def test_the_collapsed_lines_of_a_gross_invoice_hold_the_tax():
    document = many(300, taxConditions={"taxType": "gross"})
    document["totalPrice"]["totalGrossAmount"] = Decimal("3558.00")
    body = build_dunning(document, notice(outstanding=eur("500.00")))
    first, second, _paid = body["lineItems"]
    assert first["unitPrice"]["grossAmount"] == Decimal("3451.00")
    assert second["unitPrice"]["grossAmount"] == Decimal(107)


def test_a_discount_on_the_whole_does_not_lower_the_charge():
    document = invoice()
    document["totalPrice"] |= {"totalDiscountPercentage": 10, "totalNetAmount": Decimal(900)}
    document["taxAmounts"] = [{"taxRatePercentage": 19, "taxAmount": 171, "netAmount": 900}]
    body = build_dunning(document, notice(charges=(("Mahngebühr", eur("5.00")),)))
    assert body["totalPrice"] == {"currency": "EUR"}
    assert body["lineItems"][0]["unitPrice"]["netAmount"] == 900
    assert body["lineItems"][1]["unitPrice"]["netAmount"] == 5


def test_sums_that_do_not_add_up_are_not_sent():
    document = invoice(taxAmounts=[{"taxRatePercentage": 19, "taxAmount": 1, "netAmount": 999}])
    document["totalPrice"]["totalDiscountAbsolute"] = 100
    with pytest.raises(MalformedResponse, match="taxAmounts"):
        build_dunning(document, notice())


def test_a_small_business_has_one_line_without_tax():
    document = invoice(lineItems=[], taxAmounts=[], taxConditions={"taxType": "vatfree"})
    (line, _) = build_dunning(document, notice())["lineItems"]
    assert line["unitPrice"]["netAmount"] == Decimal(1000)
    assert line["unitPrice"]["taxRatePercentage"] == 0


@pytest.mark.parametrize("price", [None, {}, {"grossAmount": 1, "taxRatePercentage": 19}])
def test_a_line_without_its_price_is_replaced_by_the_sum(price):
    document = invoice(lineItems=[work(unitPrice=price)])
    (line, _) = build_dunning(document, notice())["lineItems"]
    assert line["unitPrice"]["netAmount"] == 1000


@pytest.mark.parametrize("value", [None, "abc", True, "NaN", "Infinity", []])
def test_a_sum_that_is_no_number_is_not_guessed(value):
    document = invoice(lineItems=[])
    document["totalPrice"]["totalNetAmount"] = value
    with pytest.raises(MalformedResponse, match="totalNetAmount"):
        build_dunning(document, notice())


def test_a_closing_invoice_says_what_was_taken_off():
    document = invoice(closingInvoice=True, claimedGrossAmount=Decimal("790.00"))
    _, deducted, paid = build_dunning(document, notice())["lineItems"]
    assert deducted["name"] == "Abzüglich Abschlagsrechnungen"
    assert deducted["description"] == "400,00 EUR"
    assert paid["description"] == "100,00 EUR gezahlt oder gutgeschrieben; offen 690,00 EUR"


def test_an_invoice_at_16_percent_keeps_the_day_that_allows_it():
    """July to December 2020 (§ 28 Abs. 1 UStG); today's day would be refused."""
    document = invoice(
        voucherDate="2020-10-01T00:00:00.000+02:00",
        lineItems=[work(rate="16")],
        shippingConditions={"shippingType": "none"},
    )
    body = build_dunning(document, notice())
    assert body["shippingConditions"] == {
        "shippingType": "service", "shippingDate": "2020-10-01T00:00:00.000+02:00",
    }  # fmt: skip


def test_shipping_conditions_are_never_left_out():
    document = invoice(shippingConditions=None)
    assert build_dunning(document, notice())["shippingConditions"] == {"shippingType": "none"}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"outstanding": Money(Decimal(1), "CHF")}, NotSupported),
        ({"charges": (("Spesen", Money(Decimal(1), "USD")),)}, NotSupported),
        ({"marker": "no marker"}, ValueError),
        ({"marker": "Mahnwerk 1/2 "}, ValueError),
    ],
)
def test_what_lexoffice_cannot_hold_is_not_sent(changes, kind):
    with pytest.raises(kind):
        build_dunning(invoice(), notice(**changes))


# --- texts


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Zahlungserinnerung", "Zahlungserinnerung"),
        ("Letzte außergerichtliche Mahnung", "Letzte Mahnung"),
        ("Zahlungserinnerung zu Rechnung RE-2041", "Zahlungserinnerung"),
        ("Zahlungserinnerung mit Frist", "Zahlungserinnerung"),
        ("2. Mahnung mit Ankündigung des gerichtlichen Mahnverfahrens", "2. Mahnung"),
        ("Second overdue notice and warning", "Second notice and warning"),
        ("Letzte Mahnung vor gerichtlichem Mahnverfahren", "Letzte Mahnung"),
        ("Zahlungsaufforderungsschreiben", "Zahlungsaufforderungssch…"),
        ("  1.\tMahnung \n", "1. Mahnung"),
    ],
)
def test_a_title_is_cut_at_words(title, short):
    assert short_title(title) == short
    assert len(short) <= 25


@given(st.text(max_size=400))
def test_no_title_is_too_long(title):
    assert len(short_title(title)) <= 25


@given(st.text(max_size=3000), st.integers(1, 2000))
def test_no_text_is_too_long(text, limit):
    cut = clip(text, limit)
    assert len(cut) <= limit
    assert all(sign.isprintable() or sign == "\n" for sign in cut)


def test_long_texts_of_the_invoice_keep_inside_the_limits():
    lines = [work(name="N" * 300, description="D" * 2500), {"type": "text", "name": "T" * 999}]
    document = invoice(lineItems=lines, voucherNumber="R" * 5000)
    body = build_dunning(document, notice(charges=(("L" * 900, eur("1.00")),)))
    assert {len(line["name"]) <= 255 for line in body["lineItems"]} == {True}
    assert len(body["lineItems"][0]["description"]) == 2000
    assert len(body["introduction"]) <= 2000


def test_nothing_is_escaped_for_html():
    body = build_dunning(invoice(lineItems=[work(name="Müller & Co <Kiel>")]), notice())
    assert body["lineItems"][0]["name"] == "Müller & Co <Kiel>"


@pytest.mark.parametrize(
    ("remark", "marker"),
    [
        ("Mahnwerk 17/42", "Mahnwerk 17/42"),
        ("Zahlbar bis 17.02.2026\r\nMahnwerk 17/42\r\n", "Mahnwerk 17/42"),
        ("von Hand ergänzt\n  Mahnwerk 17/42  \nund mehr", "Mahnwerk 17/42"),
        ("siehe Mahnwerk 17/42", ""),
        ("Mahnwerk", ""),
        ("mahnwerk 17/42", ""),
        ("", ""),
    ],
)
def test_the_marker_stands_alone_on_a_line(remark, marker):
    assert marker_of(remark) == marker


@given(st.integers(1, 10**12), st.integers(1, 10**12))
def test_every_marker_is_found_again(number, item):
    marker = f"Mahnwerk {number}/{item}"
    assert marker_of(build_dunning(invoice(), notice(marker=marker))["remark"]) == marker


# --- writing it once


def test_a_notice_is_written():
    lexoffice = Lexoffice()
    written = dunnings.write(lexoffice, notice())
    assert written == PlatformNotice(
        "dunning-1", INVOICE, date(2026, 2, 3), "1. Mahnung", "Mahnwerk 17/42"
    )
    assert dunnings.find(lexoffice, INVOICE, "Mahnwerk 17/42") == written
    assert lexoffice.reads[0] == "invoice"


def test_writing_again_finds_the_first():
    lexoffice = Lexoffice()
    first = dunnings.write(lexoffice, notice())
    assert dunnings.write(lexoffice, notice()) == first
    assert lexoffice.posts == 1


def test_the_marker_of_another_installation_is_not_ours():
    """Set up anew, notices are counted from 1 again; the day tells them apart."""
    lexoffice = Lexoffice()
    dunnings.write(lexoffice, notice(on=date(2025, 11, 3)))
    assert dunnings.write(lexoffice, notice()).external_id == "dunning-2"
    assert lexoffice.posts == 2
    assert dunnings.find(lexoffice, INVOICE, "Mahnwerk 17/42").on == date(2026, 2, 3)


def test_the_next_level_is_another_notice():
    lexoffice = Lexoffice()
    dunnings.write(lexoffice, notice())
    dunnings.write(lexoffice, notice(marker="Mahnwerk 18/42", title="2. Mahnung"))
    assert lexoffice.posts == 2
    assert dunnings.find(lexoffice, INVOICE, "Mahnwerk 18/42").title == "2. Mahnung"


def test_a_down_payment_invoice_is_written_to():
    lexoffice = Lexoffice(place="down_payment_invoice")
    assert dunnings.write(lexoffice, notice()).external_id == "dunning-1"


def status(error, number):
    error.status = number
    return error


@pytest.mark.parametrize(
    "failure",
    [
        AnswerUnknown(), status(AnswerUnknown(), 504), MalformedResponse(),
        status(RateLimited(), 500),
    ],
)  # fmt: skip
def test_an_answer_that_is_missing_is_looked_for(failure):
    lexoffice = Lexoffice()
    lexoffice.failure = failure
    assert dunnings.write(lexoffice, notice()).external_id == "dunning-1"
    assert lexoffice.posts == 1


@pytest.mark.parametrize(
    "failure", [AnswerUnknown(), MalformedResponse(), status(RateLimited(), 500)]
)
def test_what_cannot_be_found_stays_unknown_and_is_not_repeated(failure):
    lexoffice = Lexoffice()
    lexoffice.failure, lexoffice.happens = failure, False
    with pytest.raises(AnswerUnknown) as unknown:
        dunnings.write(lexoffice, notice())
    assert lexoffice.posts == 1
    assert unknown.value.connector == "lexoffice"
    assert unknown.value.status == failure.status


@pytest.mark.parametrize("failure", [RateLimited(), status(RateLimited(), 429), Unreachable()])
def test_what_was_certainly_not_made_is_said_so(failure):
    lexoffice = Lexoffice()
    lexoffice.failure, lexoffice.happens = failure, False
    with pytest.raises(type(failure)) as said:
        dunnings.write(lexoffice, notice())
    assert not isinstance(said.value, AnswerUnknown)
    assert lexoffice.posts == 1


def test_when_looking_fails_too_it_stays_unknown():
    lexoffice = Lexoffice()
    lexoffice.failure = AnswerUnknown()
    lexoffice.dunning = lambda identity: (_ for _ in ()).throw(Unreachable())
    with pytest.raises(AnswerUnknown):
        dunnings.write(lexoffice, notice())


def test_an_answer_without_an_id_is_looked_for():
    lexoffice = Lexoffice()
    made = lexoffice.create_dunning
    lexoffice.create_dunning = lambda *args: made(*args) and {}
    assert dunnings.write(lexoffice, notice()).external_id == "dunning-1"


@pytest.mark.parametrize("state", ["draft", "paid", "voided", "sepadebit", "", None])
def test_only_open_invoices_are_written_to(state):
    lexoffice = Lexoffice(invoice(voucherStatus=state))
    with pytest.raises(Rejected, match="RE-2041"):
        dunnings.write(lexoffice, notice())
    assert lexoffice.posts == 0


@pytest.mark.parametrize("place", ["voucher", "credit_note"])
def test_bookkeeping_vouchers_and_credit_notes_have_no_dunnings(place):
    lexoffice = Lexoffice(place=place)
    with pytest.raises(NotSupported, match="Buchungsbelegen"):
        dunnings.write(lexoffice, notice())
    with pytest.raises(NotSupported):
        dunnings.find(lexoffice, INVOICE, "Mahnwerk 17/42")
    assert lexoffice.posts == 0


def test_an_invoice_that_is_gone_is_said_so():
    lexoffice = Lexoffice(place="nowhere")
    with pytest.raises(Rejected, match="nicht mehr") as gone:
        dunnings.write(lexoffice, notice())
    assert not isinstance(gone.value, NotFound)


# --- dunnings that are read


def test_a_dunning_made_by_hand_has_no_marker():
    raw = {"id": "d-1", "title": "Mahnung", "voucherDate": "2026-02-03T15:04:05.006+01:00"}
    found = dunnings.parse_dunning(raw, INVOICE)
    assert found == PlatformNotice("d-1", INVOICE, date(2026, 2, 3), "Mahnung", "")


@pytest.mark.parametrize("identity", [None, "", 7])
def test_a_dunning_without_an_id_is_refused(identity):
    with pytest.raises(MalformedResponse):
        dunnings.parse_dunning({"id": identity}, INVOICE)


def test_dunnings_of_others_are_passed_over():
    lexoffice = Lexoffice()
    lexoffice.add("by-hand", title="Mahnung", remark="bitte zahlen")
    lexoffice.add("deleted")
    del lexoffice.made["deleted"]
    assert dunnings.find(lexoffice, INVOICE, "Mahnwerk 17/42") is None


@pytest.mark.parametrize("kind", ["dunning", "Dunning", "dunnings", "reminder", ""])
def test_whatever_word_lexoffice_has_for_dunnings_they_are_found(kind):
    """Which it is, is not known (UNVERIFIED)."""
    lexoffice = Lexoffice()
    lexoffice.add("d-1", kind, title="Mahnung", remark="Mahnwerk 17/42")
    assert dunnings.find(lexoffice, INVOICE, "Mahnwerk 17/42").external_id == "d-1"


def test_other_vouchers_on_an_invoice_are_not_read():
    related = [
        {"id": "a", "voucherType": "creditnote"}, {"id": "b", "voucherType": "order-confirmation"},
        {"id": "c", "voucherType": "dunning"}, {"id": "c", "voucherType": "dunning"},
        {"voucherType": "dunning"}, None,
    ]  # fmt: skip
    assert dunnings.related_dunnings({"relatedVouchers": related}) == ["c"]
    assert dunnings.related_dunnings({}) == []
