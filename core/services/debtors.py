"""What the user sets on a debtor; it survives every sync."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from core.domain.model import CreditorId, Debtor, DebtorType
from core.errors import UsageError
from core.ports import Tx
from core.services import fact_values
from core.services.app import App
from core.services.lookup import creditor_of, debtor_named
from core.services.profile_check import check_land
from core.services.wording import day

FIELDS = (
    "email",
    "language",
    "type",
    "type_evidence",
    "procedure",
    "salutation",
    "land",
    "segment",
    "governing_law",
    "payment_terms_agreed",
    "consumer_notice_since",
)
LANGUAGES = ("de", "en")
# Fields that are kept with where they come from, and under which name they are kept.
FACTS: Mapping[str, str] = {
    "type": "type",
    "segment": "segment",
    "governing_law": "governing_law",
    "payment_terms_agreed": "terms",
    "consumer_notice_since": "consumer_notice_since",
}
_FACT_VALUES: Mapping[str, Callable[[str, str], object]] = {
    "type": fact_values.debtor_type,
    "governing_law": fact_values.law,
    "payment_terms_agreed": fact_values.terms,
    "consumer_notice_since": fact_values.since,
}
# Confirmed in one step, but never long in one transaction (architecture §4.11).
_CHUNK = 100


def set_debtor(
    app: App,
    creditor: CreditorId,
    text: str,
    fields: Mapping[str, str],
    *,
    by: str,
    on: date,
    evidence: str = "",
) -> Debtor:
    """Overrides fields of the named debtor; an empty value takes the override away.

    ``evidence`` says where the facts among them come from; who said it and when, otherwise.

    Raises:
        UsageError: unknown debtor or field, a value that the field cannot take, or evidence for
            nothing.
        ConfigError: the procedure does not exist.
    """
    values = {name: _checked(app, name, value) for name, value in fields.items()}
    if evidence and not FACTS.keys() & values.keys():
        raise UsageError(
            f"--evidence belegt eine dieser Angaben: {', '.join(FACTS)}. Keine davon ist dabei.",
            en=f"--evidence supports one of these: {', '.join(FACTS)}. None of them was given.",
        )
    stored = _with_evidence(values, evidence or told_by(app, by, on))
    with app.store.write() as tx:
        creditor_of(tx, creditor)
        debtor = debtor_named(tx, creditor, text)
        merged = {**tx.debtors.overrides(creditor, debtor.id), **stored}
        tx.debtors.save_overrides(creditor, debtor.id, {k: v for k, v in merged.items() if v})
        tx.events.append(
            creditor,
            "debtor_set",
            {"debtor": debtor.id},
            {"fields": stored, "by": by},
            app.clock.now(),
        )
        changed = tx.debtors.get(creditor, debtor.id)
    return changed or debtor


def told_by(app: App, by: str, on: date) -> str:
    """The evidence of a statement for which no other was given."""
    told = app.say(f"angegeben von {by} am", f"told by {by} on")
    return f"{told} {day(on, app.language)}"


def _with_evidence(values: Mapping[str, str], evidence: str) -> dict[str, str]:
    """What is stored: each fact with its evidence; a fact taken back loses it."""
    stored = {name: value for name, value in values.items() if name not in FACTS}
    for name, kept in FACTS.items():
        value = values.get(name)
        if value is None:
            continue
        stored[kept] = value
        stored[f"{kept}_evidence"] = evidence if value else ""
        if name == "type":
            stored["type_confirmed"] = "true" if value else ""
    if values.get("type_evidence"):
        stored["type_evidence"] = values["type_evidence"]
    return stored


def _checked(app: App, name: str, value: str) -> str:
    """The value as it is stored; empty stays empty."""
    fact_values.refuse_unknown(name, FIELDS)
    if not value.strip():
        return ""
    if name in _FACT_VALUES:
        return str(_FACT_VALUES[name](name, value))
    if name == "language" and value not in LANGUAGES:
        raise UsageError(
            f"language: möglich sind {', '.join(LANGUAGES)}.",
            en=f"language: possible are {', '.join(LANGUAGES)}.",
        )
    if name == "land":
        return check_land(name, value)
    if name == "procedure":
        app.procedure(value)
    if name == "email":
        app.check_email(value)
    return value


def assumed(debtors: Sequence[Debtor]) -> list[Debtor]:
    """Those whose type rests on evidence in the books alone; nobody has confirmed it."""
    return [d for d in debtors if d.type is not DebtorType.UNKNOWN and not d.type_confirmed]


def confirm_types(
    app: App, creditor: CreditorId, texts: Sequence[str], *, by: str, on: date
) -> list[Debtor]:
    """Confirms the assumed type of the named debtors, or of all; returns those that changed.

    A confirmed type is the person's own statement: later imports do not change it.

    Raises:
        UsageError: unknown debtor, or one of whom nothing is assumed.
    """
    with app.store.read() as tx:
        creditor_of(tx, creditor)
        if texts:
            named = {d.id: d for d in (debtor_named(tx, creditor, text) for text in texts)}
            chosen = [_assumed_one(debtor) for debtor in named.values()]
        else:
            chosen = tx.debtors.all(creditor)
    waiting = assumed(chosen)
    confirmed: list[Debtor] = []
    for start in range(0, len(waiting), _CHUNK):
        with app.store.write() as tx:
            confirmed += _confirm(app, tx, creditor, waiting[start : start + _CHUNK], by, on)
    return confirmed


def _assumed_one(debtor: Debtor) -> Debtor:
    if debtor.type is DebtorType.UNKNOWN:
        raise UsageError(
            f"Von {debtor.name} ist nicht bekannt, ob Verbraucher oder Unternehmer; es gibt nichts "
            f"zu bestätigen. Angeben: mahnwerk debtor set {debtor.number} type=consumer|business",
            en=f"It is not known whether {debtor.name} is a consumer or a business; there is "
            f"nothing to confirm. Say it: mahnwerk debtor set {debtor.number} "
            "type=consumer|business",
        )
    return debtor


def _confirm(
    app: App, tx: Tx, creditor: CreditorId, part: Sequence[Debtor], by: str, on: date
) -> list[Debtor]:
    said = app.say(f"bestätigt von {by} am", f"confirmed by {by} on")
    why = f"{said} {day(on, app.language)}"
    done: list[Debtor] = []
    for seen in part:
        debtor = tx.debtors.get(creditor, seen.id)
        # An import in between may have changed what the person saw.
        if debtor is None or debtor.type is not seen.type or debtor.type_confirmed:
            continue
        evidence = f"{debtor.type_evidence}; {why}" if debtor.type_evidence else why
        known = {
            **tx.debtors.overrides(creditor, debtor.id),
            "type": debtor.type.value,
            "type_evidence": evidence,
            "type_confirmed": "true",
        }
        tx.debtors.save_overrides(creditor, debtor.id, known)
        done.append(replace(debtor, type_evidence=evidence, type_confirmed=True))
    types = {str(debtor.id): debtor.type.value for debtor in done}
    if done:
        refs, payload = {"debtors": ",".join(types)}, {"types": types, "by": by}
        tx.events.append(creditor, "debtor_types_confirmed", refs, payload, app.clock.now())
    return done
