"""What a person says of one invoice, and what holds for it: each fact with where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core.domain.claim_facts import ClaimDefaults, TypeRule
from core.domain.model import (
    CreditorId,
    CreditorProfile,
    Debtor,
    ItemFacts,
    ItemKind,
    OpenItem,
)
from core.errors import UsageError
from core.ports import Tx
from core.services import fact_values
from core.services.app import App
from core.services.debtors import told_by
from core.services.fact_wording import SHOWN, Fact, facts_of
from core.services.lookup import creditor_of, item_named

# As the user writes them -> as they are kept. The law is set for debtors and creditors only.
FIELDS: Mapping[str, str] = {name: f for name, f in SHOWN.items() if name != "governing_law"}
_VALUES: Mapping[str, Callable[[str, str], object]] = {
    "type": fact_values.debtor_type,
    "payment_terms_agreed": fact_values.terms,
    "consumer_notice": fact_values.answer,
    "payment_claim": fact_values.answer,
}
_NO_CLAIMS = frozenset({ItemKind.CREDIT_NOTE, ItemKind.UNAPPLIED})
_NOTHING = ItemFacts()


@dataclass(frozen=True, slots=True)
class ItemReport:
    """An item with all facts that the rules of default, interest and charges ask for."""

    connection: str
    item: OpenItem
    debtor: Debtor
    type_rule: TypeRule
    facts: tuple[Fact, ...]


def show_item(app: App, creditor: CreditorId, text: str) -> ItemReport:
    """The facts that hold for the named item, each with source and evidence.

    Raises:
        UsageError: unknown or ambiguous invoice.
    """
    with app.store.read() as tx:
        profile = creditor_of(tx, creditor).profile
        item = item_named(tx, creditor, text)
        # With what was said of the same claim on another connection.
        accounts = tx.items.accounts_of(creditor, [item.debtor])
        known = {each.id: each for account in accounts for each in account.items}
        own = known[item.id].own if item.id in known else item.own
        return item_report(tx, creditor, profile, replace(item, own=own))


def set_item(
    app: App,
    creditor: CreditorId,
    text: str,
    fields: Mapping[str, str],
    *,
    by: str,
    on: date,
    evidence: str = "",
) -> ItemReport:
    """Says something of the named item; it survives every sync. An empty value takes it back.

    ``on`` is today: what has not happened by then cannot be entered. ``evidence`` says where the
    facts come from; who said it and when, otherwise.

    Raises:
        UsageError: unknown or ambiguous invoice, a field that there is not or that cannot take the
            value, or an item that is no claim.
    """
    values = {name: _checked(name, value, on) for name, value in fields.items()}
    with app.store.write() as tx:
        profile = creditor_of(tx, creditor).profile
        item = item_named(tx, creditor, text)
        if item.kind in _NO_CLAIMS:
            raise UsageError(
                f"{item.number or item.external_id} ist keine Forderung, sondern ein Guthaben; "
                "dazu gibt es nichts anzugeben.",
                en=f"{item.number or item.external_id} is a credit, not a claim; there is nothing "
                "to say of it.",
            )
        own = _changed(item.own or _NOTHING, values, evidence or told_by(app, by, on))
        tx.items.save_own(creditor, item.id, own)
        tx.events.append(
            creditor,
            "item_set",
            {"item": item.id, "debtor": item.debtor},
            {"fields": _told(values), "evidence": evidence, "by": by},
            app.clock.now(),
        )
        return item_report(tx, creditor, profile, replace(item, own=own))


def _checked(name: str, value: str, on: date) -> object:
    """The value of the right kind; None takes it back."""
    fact_values.refuse_unknown(name, FIELDS)
    if not value.strip():
        return None
    if name in _VALUES:
        return _VALUES[name](name, value)
    return fact_values.past_day(name, value, on)


def _changed(own: ItemFacts, values: Mapping[str, object], evidence: str) -> ItemFacts:
    """``own`` with the values; what is taken back loses its evidence."""
    beside = dict(own.evidence)
    kept: dict[str, Any] = {}
    for name, value in values.items():
        field = FIELDS[name]
        kept[field] = value
        beside.pop(field, None)
        if value is not None:
            beside[field] = evidence
    return replace(own, **kept, evidence=beside)


def _told(values: Mapping[str, object]) -> dict[str, object]:
    """For the event log: days as text, the rest as it is."""
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}


def item_report(
    tx: Tx, creditor: CreditorId, profile: CreditorProfile, item: OpenItem
) -> ItemReport:
    """The facts of an item that was read in this transaction."""
    # The law of linked debtors is that of their head.
    debtor = tx.debtors.get(creditor, tx.links.group(creditor, item.debtor)[0])
    connection = tx.connections.get(creditor, item.connection)
    assert debtor is not None  # noqa: S101 — foreign keys
    assert connection is not None  # noqa: S101
    rule, facts = facts_of(item, debtor, ClaimDefaults.of(profile))
    return ItemReport(connection.name, item, debtor, rule, facts)
