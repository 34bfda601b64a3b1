"""Which paths exist below /api/v1, and who answers them."""

from __future__ import annotations

import re

from sandbox.common.gateway import Handler, Route
from sandbox.sevdesk import banking, credit, people, reading, reminders, small, writing

BASE = "/api/v1"
_ID = r"(\d{1,18})"


def route(method: str, path: str, handler: Handler) -> Route:
    """``/Invoice/{id}`` as a route; an id is digits only, so factories are no ids."""
    pattern = re.escape(BASE + path).replace(r"\{id\}", _ID).replace(r"\{name\}", r"(\w{1,60})")
    return Route(method, path.split("/")[1], re.compile(pattern + r"\Z"), handler)


def routes() -> list[Route]:
    """Every route; anything else is 404."""
    return [*_invoices(), *_rest()]


def _invoices() -> list[Route]:
    return [
        route("GET", "/Invoice", reading.list_invoices),
        route("GET", "/Invoice/{id}", reading.get_invoice),
        route("DELETE", "/Invoice/{id}", writing.delete_invoice),
        route("GET", "/Invoice/{id}/getPdf", reading.get_pdf),
        route("GET", "/Invoice/{id}/getIsPartiallyPaid", reading.is_partially_paid),
        route("GET", "/Invoice/{id}/getLastDunning", reminders.last_dunning),
        route("PUT", "/Invoice/{id}/bookAmount", writing.book_amount),
        route("PUT", "/Invoice/{id}/resetToOpen", writing.reset_to_open),
        route("PUT", "/Invoice/{id}/resetToDraft", writing.reset_to_draft),
        route("POST", "/Invoice/{id}/cancelInvoice", writing.cancel_invoice),
        route("PUT", "/Invoice/{id}/sendBy", writing.send_by),
        route("POST", "/Invoice/{id}/sendViaEmail", writing.send_via_email),
        route("POST", "/Invoice/Factory/saveInvoice", writing.save_invoice),
        route("POST", "/Invoice/Factory/createInvoiceReminder", reminders.create_reminder),
        route("GET", "/Invoice/Factory/getOpenInvoiceReminderDebit", reminders.open_debit),
        route("GET", "/Invoice/Factory/{name}", small.no_factory),
        route("POST", "/Invoice/Factory/{name}", small.no_factory),
        route("GET", "/CreditNote", credit.list_credit_notes),
        route("GET", "/CreditNote/{id}", credit.get_credit_note),
        route("GET", "/CreditNote/{id}/getPdf", credit.get_pdf),
        route("PUT", "/CreditNote/{id}/sendBy", credit.send_note),
        route("POST", "/CreditNote/Factory/createFromInvoice", credit.from_invoice),
    ]


def _rest() -> list[Route]:
    return [
        route("GET", "/Contact", people.list_contacts),
        route("GET", "/Contact/{id}", people.get_contact),
        route("GET", "/ContactAddress", people.list_addresses),
        route("GET", "/ContactAddress/{id}", people.get_address),
        route("GET", "/CommunicationWay", people.list_ways),
        route("GET", "/AccountingContact", people.list_accounting),
        route("GET", "/CheckAccount", banking.list_accounts),
        route("GET", "/CheckAccount/{id}", banking.get_account),
        route("GET", "/CheckAccountTransaction", banking.list_transactions),
        route("GET", "/CheckAccountTransaction/{id}", banking.get_transaction),
        route("GET", "/CheckAccountTransactionLog", banking.list_logs),
        route("GET", "/Tools/bookkeepingSystemVersion", small.version),
        route("GET", "/SevUser", small.users),
        route("GET", "/SevClient", small.tenant),
        route("GET", "/StaticCountry", small.countries),
        route("GET", "/StaticCountry/{id}", small.country),
        route("GET", "/Tag", small.list_tags),
        route("POST", "/Tag/Factory/create", small.create_tag),
    ]
