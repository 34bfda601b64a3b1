"""Which paths exist, and who answers them (§2.0)."""

from __future__ import annotations

from sandbox.common.gateway import Route
from sandbox.lexoffice import booked, contacts, documents, dunnings, files, sales, small
from sandbox.lexoffice import subscriptions as events
from sandbox.lexoffice.gateway import route
from sandbox.lexoffice.payments import get_payments
from sandbox.lexoffice.voucherlist import voucherlist


def routes() -> list[Route]:
    """Every route; a path below a known resource that is not here is 404, any other 403."""
    return [*_sales(), *_rest(), *_reference()]


def _sales() -> list[Route]:
    found = [
        route("GET", "/v1/invoices/{id}", documents.get_invoice),
        route("POST", "/v1/invoices", sales.create_invoice),
        route("GET", "/v1/down-payment-invoices/{id}", documents.get_down_payment),
        route("GET", "/v1/credit-notes/{id}", documents.get_credit_note),
        route("POST", "/v1/credit-notes", sales.create_credit_note),
        route("GET", "/v1/quotations/{id}", documents.get_quotation),
        route("POST", "/v1/quotations", sales.create_quotation),
        route("GET", "/v1/dunnings/{id}", documents.get_dunning),
        route("GET", "/v1/dunnings/{id}/file", files.dunning_file),
        route("GET", "/v1/dunnings/{id}/document", files.dunning_document),
        route("POST", "/v1/dunnings", dunnings.create_dunning),
    ]
    for name in files.ENDPOINTS_WITH_FILES:
        found.append(route("GET", f"/v1/{name}/{{id}}/file", files.sales_file))
        found.append(route("GET", f"/v1/{name}/{{id}}/document", files.sales_document))
    return found


def _rest() -> list[Route]:
    return [
        route("GET", "/v1/voucherlist", voucherlist),
        route("GET", "/v1/payments/{id}", get_payments),
        route("GET", "/v1/contacts", contacts.list_contacts),
        route("POST", "/v1/contacts", contacts.create_contact),
        route("GET", "/v1/contacts/{id}", contacts.get_contact),
        route("PUT", "/v1/contacts/{id}", contacts.change_contact),
        route("GET", "/v1/vouchers", booked.find_booked),
        route("POST", "/v1/vouchers", booked.create_booked),
        route("GET", "/v1/vouchers/{id}", booked.get_booked),
        route("PUT", "/v1/vouchers/{id}", booked.change_booked),
        route("POST", "/v1/vouchers/{id}/files", files.attach),
        route("POST", "/v1/files", files.upload),
        route("GET", "/v1/files/{id}", files.get_file),
        route("GET", "/v1/event-subscriptions", events.list_subscriptions),
        route("POST", "/v1/event-subscriptions", events.create_subscription, unlocked=True),
        route("GET", "/v1/event-subscriptions/{id}", events.get_subscription),
        route("DELETE", "/v1/event-subscriptions/{id}", events.delete_subscription),
    ]


def _reference() -> list[Route]:
    return [
        route("GET", "/v1/profile", small.profile),
        route("GET", "/v1/payment-conditions", small.payment_conditions),
        route("GET", "/v1/print-layouts", small.print_layouts),
        route("GET", "/v1/countries", small.countries),
        route("GET", "/v1/posting-categories", small.posting_categories),
    ]
