"""Doctor: facts that no platform tells, and what it costs that nobody has told them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.domain.model import Creditor, CreditorProfile, Terms
from core.services.app import App
from core.services.claims import count_pairs
from core.services.debtors import assumed

# Says whether all is well, and the sentence.
Finding = tuple[str, bool, str]
Say = Callable[[str, str], str]
_DEFAULT, _DAYS = ("verzug", "default"), ("30", "dreißig", "thirty")
_LAW_OF = {"DE": "de", "AT": "at", "CH": "ch"}


def examine_facts(app: App, creditor: Creditor, say: Say) -> Iterator[Finding]:
    """Name, whether it is well, and the sentence of each finding; changes nothing."""
    yield _law(creditor.profile, say)
    yield _default(creditor.profile, say)
    yield _types(app, creditor, say)
    yield from _claims(app, creditor, say)


def _law(profile: CreditorProfile, say: Say) -> Finding:
    usual = _LAW_OF.get(profile.country)
    if usual in (None, profile.governing_law):
        return "governing_law", True, profile.governing_law
    sentence = say(
        f"Sitz in {profile.country}, aber es gilt das Recht „{profile.governing_law}“: Zinsen und "
        f"Pauschalen richten sich danach. Ändern: mahnwerk init --set governing_law={usual}",
        f"Seat in {profile.country}, but the law is {profile.governing_law!r}: interest and "
        f"charges follow it. Change it: mahnwerk init --set governing_law={usual}",
    )
    return "governing_law", False, sentence


def _default(profile: CreditorProfile, say: Say) -> Finding:
    """Without an agreed time or a notice only a Mahnung puts a consumer in default (§ 286 BGB)."""
    agreed = profile.payment_terms_agreed != Terms.NO
    if agreed and not profile.payment_terms_evidence:
        sentence = say(
            "Ein Zahlungsziel gilt als vereinbart, aber nicht, wodurch. Vor Gericht ist das zu "
            "belegen: mahnwerk init --set payment_terms_evidence=„AGB § …“",
            "Terms of payment count as agreed, but not by what. In court that must be proved: "
            "mahnwerk init --set payment_terms_evidence=…",
        )
        return "default", False, sentence
    if agreed:
        return "default", True, profile.payment_terms_evidence
    if profile.consumer_notice_since:
        return _notice(profile, say)
    sentence = say(
        "Kein Zahlungsziel vereinbart und kein Hinweis nach § 286 Abs. 3 BGB auf den Rechnungen: "
        "Verbraucher kommen erst durch eine Mahnung in Verzug, vorher gibt es weder Zinsen noch "
        "Kostenersatz. Ist es anders: mahnwerk init --set payment_terms_agreed=date, oder "
        "--set consumer_notice_since=DATUM --set consumer_notice_wording=…",
        "No terms of payment are agreed and no invoice carries the notice of § 286 (3) BGB: "
        "consumers are in default only after a Mahnung; before it there is neither interest nor "
        "compensation. If that is wrong: mahnwerk init --set payment_terms_agreed=date, or "
        "--set consumer_notice_since=DATE --set consumer_notice_wording=…",
    )
    return "default", False, sentence


def _notice(profile: CreditorProfile, say: Say) -> Finding:
    """The notice must name what follows: default, after 30 days (§ 286 Abs. 3 Satz 1 BGB)."""
    wording = profile.consumer_notice_wording
    folded = wording.casefold()
    if any(word in folded for word in _DEFAULT) and any(word in folded for word in _DAYS):
        return "default", True, f"{profile.consumer_notice_since}: {wording}"
    sentence = say(
        f"Der Verbraucherhinweis „{wording}“ nennt nicht beides, den Verzug und die 30 Tage; so "
        "wirkt er nicht (§ 286 Abs. 3 BGB). Wortlaut der Rechnungen prüfen und eintragen: mahnwerk "
        "init --set consumer_notice_wording=…",
        f"The consumer notice {wording!r} does not name both default and the 30 days; so it has "
        "no effect (§ 286 (3) BGB). Check the wording on the invoices and enter it: mahnwerk init "
        "--set consumer_notice_wording=…",
    )
    return "default", False, sentence


def _types(app: App, creditor: Creditor, say: Say) -> Finding:
    with app.store.read() as tx:
        waiting = len(assumed(tx.debtors.all(creditor.id)))
    if not waiting:
        fine = say("Keine Art ist nur angenommen.", "No type is merely assumed.")
        return "debtor_types", True, fine
    sentence = say(
        f"Bei {waiting} Kunden ist aus den Daten angenommen, dass es Unternehmer sind. Ansehen: "
        "mahnwerk debtors --assumed, bestätigen: mahnwerk debtor confirm --all",
        f"The type of {waiting} debtors is assumed from the data. Look: mahnwerk debtors "
        "--assumed, confirm: mahnwerk debtor confirm --all",
    )
    return "debtor_types", False, sentence


def _claims(app: App, creditor: Creditor, say: Say) -> Iterator[Finding]:
    """What stands on two connections and may be one claim; one connection alone has no doubts."""
    with app.store.read() as tx:
        if len(tx.connections.all(creditor.id)) < 2:
            return
        _, doubts = count_pairs(tx, creditor.id, tx.items.open_items(creditor.id))
    if not doubts:
        fine = say("Kein Beleg steht in Zweifel.", "No document is in doubt.")
        yield "same_claims", True, fine
        return
    sentence = say(
        f"Vielleicht dieselbe Forderung in zwei Anbindungen: {doubts} offene Posten, die nicht "
        "gemahnt werden. Entscheiden: mahnwerk claims",
        f"Perhaps one claim on two connections: {doubts} open items, which are not dunned. Decide: "
        "mahnwerk claims",
    )
    yield "same_claims", False, sentence
