"""Everything but documents as rows: contacts with addresses and ways, banks, bookings (§2.5, §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.sevdesk.model import Account, Address, Contact, Log, Transaction, Way
from sandbox.sevdesk.replies import Json
from sandbox.sevdesk.shapes import altered, client, head
from sandbox.sevdesk.wire import day_stamp, flag, plain, reference, stamp, text
from sandbox.sevdesk.world import COUNTRIES

if TYPE_CHECKING:
    from sandbox.sevdesk.world import World


def contact_row(each: Contact) -> Json:
    """A contact; ``surename`` is the first name (§1.2)."""
    row = head(each.id, "Contact")
    row |= {"create": stamp(each.created), "update": stamp(each.updated)}
    row |= {
        "name": each.name or None,
        "status": "1000",
        "customerNumber": each.number,
        "surename": each.first or None,
        "familyname": each.last or None,
        "titel": None,
        "category": reference("Category", str(each.category)),
        "description": None,
        "academicTitle": None,
        "gender": None,
        **client(),
        "name2": None,
        "birthday": None,
        "vatNumber": each.vat_id,
        "bankAccount": each.iban,
        "bankNumber": None,
        "mandateReference": None,
        "defaultCashbackTime": None,
        "defaultCashbackPercent": None,
        "defaultTimeToPay": text(each.time_to_pay),
        "taxNumber": None,
        "taxOffice": None,
        "exemptVat": "0",
        "taxType": None,
        "defaultDiscountAmount": None,
        "defaultDiscountPercentage": "1",
        "buyerReference": None,
        "governmentAgency": "0",
        "defaultShowVat": "1",
    }
    if each.parent is not None:
        row["parent"] = reference("Contact", each.parent)
    return altered(row, each.wire)


def address_row(each: Address) -> Json:
    return {
        **head(each.id, "ContactAddress"),
        "create": stamp(each.created),
        "update": stamp(each.updated),
        "contact": reference("Contact", each.contact),
        "street": each.street,
        "zip": each.zip,
        "city": each.city,
        "country": reference("StaticCountry", COUNTRIES.get(each.country, "1")),
        "category": reference("Category", str(each.category)),
        "name": None,
        **client(),
    }


def way_row(each: Way) -> Json:
    return {
        **head(each.id, "CommunicationWay"),
        "create": stamp(each.created),
        "update": stamp(each.updated),
        "contact": reference("Contact", each.contact),
        "type": each.type,
        "value": each.value,
        "key": reference("CommunicationWayKey", str(each.key)),
        "main": flag(each.main),
        **client(),
    }


def accounting_row(each: Contact) -> Json:
    """The DATEV numbers of a contact; the id is the contact's with an 8 before it."""
    row = head(f"8{each.id}", "AccountingContact")
    del row["additionalInformation"]
    return {
        **row,
        "create": stamp(each.created),
        "update": stamp(each.created),
        "contact": reference("Contact", each.id),
        **client(),
        "debitorNumber": each.debitor_number,
        "creditorNumber": None,
    }


def account_row(world: World, each: Account) -> Json:
    """A bank account; ``lastSync`` is when its lines were last read (online accounts)."""
    row: Json = {
        **head(each.id, "CheckAccount"),
        "create": stamp(each.created),
        "update": stamp(each.created),
        **client(),
        "name": each.name,
        "type": each.type,
        "importType": each.import_type,
        "currency": world.currency,
        "checkAccId": None,
        "pin": None,
        "defaultAccount": flag(each.default),
        "status": str(each.status),
        "translationCode": None,
        "bankServer": "FINAPI" if each.type == "online" and not each.import_type else None,
        "balance": "1234.56",  # nobody reads it
        "accountingNumber": each.number,
        "iban": each.iban,
        "bic": None,
        "baseAccount": "0",
        "priority": "1",
        "countryCode": None,
        "autoMapTransaction": "1",
        "autoSyncTransactions": flag(each.type == "online"),
        "lastSync": None,
    }
    if each.type == "online" and not each.import_type and each.synced:
        row["lastSync"] = stamp(each.last_sync or world.morning())
    if world.variants["last_sync"] == "missing":
        del row["lastSync"]
    return row


def transaction_row(each: Transaction) -> Json:
    return {
        **head(each.id, "CheckAccountTransaction"),
        "create": stamp(each.created),
        "update": stamp(each.updated),
        **client(),
        "valueDate": day_stamp(each.value),
        "entryDate": day_stamp(each.entry),
        "amount": plain(each.amount),
        "feeAmount": None,
        "gvCode": None,
        "entryText": None,
        "primaNotaNo": None,
        "paymtPurpose": each.purpose,
        "payeePayerBankCode": None,
        "payeePayerAcctNo": each.iban,
        "payeePayerName": each.name,
        "checkAccount": reference("CheckAccount", each.account),
        "status": str(each.status),
        "score": None,
        "compareHash": None,
        "enshrined": None,
        "obonoReceiptUuid": None,
        "externalId": None,
        "deletedAt": stamp(each.deleted),
        "restoredAt": None,
    }


def log_row(each: Log) -> Json:
    return {
        **head(each.id, "CheckAccountTransactionLog"),
        "create": stamp(each.created),
        "checkAccountTransaction": reference("CheckAccountTransaction", each.transaction),
        "fromStatus": str(each.before),
        "toStatus": str(each.after),
        "amountPaid": each.amount,
        "bookingDate": day_stamp(each.on),
        **client(),
        "object": reference(each.document[1], each.document[0]),
    }
