"""Every unverified point has an effect: each of its values is seen by a client."""

from datetime import date

import pytest
from sevdesk_api import SevdeskApi

from sandbox.sevdesk import VARIANTS, SevdeskSandbox

DAY = date(2026, 11, 20)
LATER = date(2026, 11, 23)
ORIGIN = {"origin[objectName]": "Invoice"}


class Scene:
    """One customer and one late invoice of 119 euros; ``sev`` speaks to the API."""

    def __init__(self, name, value):
        self.desk = SevdeskSandbox(today=DAY)
        self.desk.variant(name, value)
        self.sev = SevdeskApi(self.desk)
        self.kunde = self.desk.add_contact(company="Muster Bau GmbH", email="a@muster.example")
        self.late = self.invoice("119.00")

    def invoice(self, gross="10.00", **fields):
        return self.desk.add_invoice(
            contact=self.kunde, gross=gross, on=date(2026, 10, 5), **fields
        )

    def answer(self, path, **query):
        found = self.sev("GET", path, **query)
        return found.status_code, found.content_type, found.text

    def bumped(self, change):
        """Whether ``update`` of the invoice moves with a change on a later day."""
        self.desk.set_today(LATER)
        change()
        return self.sev.row(self.late)["update"][8:10] == "23"

    def send(self, method, path, body=None):
        answer = self.sev(method, path, body)
        return answer.status_code, answer.text

    def found(self, **query):
        return set(self.sev.ids(**query))

    def sent(self):
        self.send("PUT", f"/Invoice/{self.late}/sendBy", {"sendType": "VPDF"})


def unknown_token(scene):
    answer = scene.sev("GET", "/Invoice", headers={"Authorization": "Bearer x"})
    return answer.status_code, answer.content_type, answer.text


def orders(scene):
    """The second of three was made a year ago; the first one was changed first."""
    made = scene.desk.world.invoices
    second, third = scene.invoice(), scene.invoice()
    made[second].created = made[second].created.replace(year=2025)
    for day, id_ in enumerate((scene.late, third, second), LATER.day):
        scene.desk.set_today(date(2026, 11, day))
        scene.desk.tag(id_, "x")
    return scene.sev.ids()


def changed_notes(scene):
    scene.desk.credit(scene.late, "10.00")
    return len(scene.sev.rows("/CreditNote", updateAfter=2000000000))


def part_paid(scene, **query):
    scene.desk.pay(scene.late, "10.00")
    scene.invoice()
    return scene.found(**query)


def old_part(scene):
    scene.desk.pay(scene.late, "10.00", via="old")
    return scene.found(partiallyPaid="true")


def reminded(scene, **query):
    scene.desk.dun(scene.late)
    return scene.found(**query)


def template(scene):
    scene.invoice(kind="WKR", status=50)
    return scene.found()


def one_cancelled(scene):
    scene.desk.cancel(scene.late)
    scene.invoice()
    return scene.found(canceled="true")


def by_origin(scene):
    scene.invoice()
    scene.desk.cancel(scene.late)
    return scene.found(**{"origin[id]": scene.late}, **ORIGIN)


def by_hand(scene):
    return scene.bumped(lambda: scene.desk.pay(scene.late, "10.00", via="cash"))


def new_address(scene):
    scene.desk.set_today(LATER)
    scene.desk.change_contact(scene.kunde, city="Bremen")
    return scene.sev.rows("/Contact")[0]["update"]


def paid_row(scene, *names, **how):
    scene.desk.pay(scene.late, **how)
    return [scene.sev.row(scene.late)[name] for name in names]


def credited(scene):
    scene.desk.credit(scene.late, "19.00")
    return scene.sev.row(scene.late)["paidAmount"], scene.sev.row(scene.late)["status"]


def reminder_after_payment(scene):
    made = scene.desk.dun(scene.late)
    scene.desk.pay(scene.late)
    return scene.sev.row(made)["status"]


def create_reminder(scene):
    body = {"invoice": {"id": scene.late, "objectName": "Invoice"}}
    scene.send("POST", "/Invoice/Factory/createInvoiceReminder", body)
    return len(scene.desk.reminders(scene.late))


def reset(scene):
    scene.sent()
    return scene.send("PUT", f"/Invoice/{scene.late}/resetToDraft")[0]


def mailed(scene):
    scene.invoice()
    mail = {"toEmail": "a@muster.example", "subject": "Rechnung", "text": "Guten Tag"}
    scene.send("POST", f"/Invoice/{scene.late}/sendViaEmail", mail)
    return scene.sev.row(scene.late)["enshrined"]


def logs_after_reset(scene):
    scene.desk.pay(scene.late)
    scene.desk.unpay(scene.late)
    return len(scene.sev.rows("/CheckAccountTransactionLog"))


def embedded(scene, **query):
    return scene.sev.row(scene.late, embed="contact,debit,delinquent")


def logs(scene):
    scene.desk.pay(scene.late)
    return scene.answer("/CheckAccountTransactionLog")


def foreign(scene):
    made = scene.invoice("100.00", currency="CHF")
    row = scene.sev.row(made)
    return row["sumGross"], row["sumGrossForeignCurrency"], row["sumGrossAccounting"]


def deadline(scene):
    return scene.sev.row(scene.desk.dun(scene.late))["reminderDeadline"]


PROBES = {
    "unauthorized_body": unknown_token,
    "not_found": lambda s: s.answer("/Invoice/99"),
    "action_envelope": lambda s: s.send("PUT", f"/Invoice/{s.late}/sendBy", {"sendType": "VM"}),
    "pdf": lambda s: s.answer(f"/Invoice/{s.late}/getPdf")[1],
    "over_limit": lambda s: s.answer("/Invoice", limit="1001")[0],
    "total": lambda s: "total" in s.sev.get("/Invoice", countAll="true"),
    "list_order": orders,
    "half_filter": lambda s: s.answer("/Invoice", **{"contact[id]": "1"})[0],
    "deprecation": lambda s: s.sev("GET", "/Invoice").headers.get("Deprecation"),
    "invoice_update_after": lambda s: s.found(updateAfter=2000000000),
    "contact_update_after": lambda s: len(s.sev.rows("/Contact", updateAfter=2000000000)),
    "credit_note_update_after": changed_notes,
    "status_750_filter": lambda s: part_paid(s, status="750"),
    "number_filter": lambda s: s.found(invoiceNumber="RE"),
    "origin_filter": by_origin,
    "canceled_filter": one_cancelled,
    "partially_paid_filter": old_part,
    "ma_listed": reminded,
    "wkr_listed": template,
    "show_all": lambda s: reminded(s, showAll="true"),
    "ma_by_type": lambda s: reminded(s, invoiceType="MA"),
    "booking_bumps_update": by_hand,
    "bank_match_bumps_update": lambda s: s.bumped(lambda: s.desk.pay(s.late)),
    "reminder_bumps_update": lambda s: s.bumped(lambda: s.desk.dun(s.late)),
    "address_bumps_contact": new_address,
    "partial_status": lambda s: paid_row(s, "status", amount="10.00"),
    "credit_note_in_paid_amount": credited,
    "skonto_paid_amount": lambda s: paid_row(s, "paidAmount", amount="117.00", type="CB"),
    "invoice_dunning_level": lambda s: [s.desk.dun(s.late), s.sev.row(s.late)["dunningLevel"]],
    "ma_closed_with_invoice": reminder_after_payment,
    "reminder_created": create_reminder,
    "last_dunning_none": lambda s: s.answer(f"/Invoice/{s.late}/getLastDunning")[2],
    "reset_enshrined": reset,
    "email_enshrines": mailed,
    "logs_after_reset": logs_after_reset,
    "bookkeeping": lambda s: (s.sev.row(s.late)["taxType"],
                              s.sev.rows("/Tools/bookkeepingSystemVersion")["version"]),
    "embeds": embedded,
    "embed_values": embedded,
    "booking_logs": logs,
    "last_sync": lambda s: "lastSync" in s.sev.rows("/CheckAccount")[0],
    "sev_user": lambda s: s.answer("/SevUser")[0],
    "sev_client": lambda s: s.answer("/SevClient")[0],
    "structured_address": lambda s: s.sev.row(s.late)["addressName"],
    "foreign_sums": foreign,
    "reminder_deadline": deadline,
}  # fmt: skip


def test_every_variant_is_probed():
    assert list(PROBES) == list(VARIANTS)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_value_is_seen_by_a_client(name):
    seen = [repr(PROBES[name](Scene(name, value))) for value in VARIANTS[name]]
    assert len(set(seen)) == len(VARIANTS[name]), seen


def test_an_unknown_variant_or_value_is_refused_by_name():
    desk = SevdeskSandbox(today=DAY)
    with pytest.raises(ValueError, match="no variant 'moon'; there are: unauthorized_body"):
        desk.variant("moon", "full")
    with pytest.raises(ValueError, match="'pdf' is one of wrapped, raw, not 'x'"):
        desk.variant("pdf", "x")
    assert desk.variants["pdf"] == "wrapped"
