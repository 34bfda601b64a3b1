"""The sentences of ``core.domain.default``: why there is default (Verzug) or why not, and by what.

``docs/reasons.md`` lists them. Complete by test.
"""

from __future__ import annotations

from core.domain.default import GERMAN_LAW, DefaultReason
from core.domain.law_text import LawText
from core.domain.reasons import FactKind

DEFAULT_FACT_KINDS: dict[str, FactKind] = {
    **dict.fromkeys(
        [
            "due_date",
            "since",
            "last_day",
            "received_on",
            "delivered_on",
            "served_on",
            "refused_on",
            "deadline",
        ],
        FactKind.DATE,
    ),
    **dict.fromkeys(["period_days", "notice"], FactKind.COUNT),
    "channel": FactKind.TEXT,
}

DEFAULT_TEXTS: dict[DefaultReason, LawText] = {
    DefaultReason.CALENDAR: LawText(
        (
            "Verzug ab {since}: Der Zahlungstag {due_date} ist vereinbart; letzter Tag zum Zahlen "
            "ist der {last_day}."
        ),
        (
            "In default from {since}: payment on {due_date} was agreed; the last day to pay is "
            "{last_day}."
        ),
        "§ 286 Abs. 2 Nr. 1, § 193 BGB",
        "§ 286 (2) no. 1, § 193 BGB",
    ),
    DefaultReason.EVENT: LawText(
        (
            "Verzug ab {since}: Vereinbart sind {period_days} Tage ab Zugang der Rechnung "
            "({received_on}); letzter Tag zum Zahlen ist der {last_day}."
        ),
        (
            "In default from {since}: {period_days} days from receipt of the invoice "
            "({received_on}) were agreed; the last day to pay is {last_day}."
        ),
        "§ 286 Abs. 2 Nr. 2, §§ 187, 188, 193 BGB",
        "§ 286 (2) no. 2, §§ 187, 188, 193 BGB",
    ),
    DefaultReason.REMINDER: LawText(
        (
            "Verzug ab {since} (angenommen): Die Mahnung gilt als am {received_on} zugegangen; "
            "letzter Tag ohne Verzug ist der {last_day}."
        ),
        (
            "In default from {since} (assumed): the reminder is taken to be received on "
            "{received_on}; the last day without default is {last_day}."
        ),
        "§ 286 Abs. 1 Satz 1, § 130 BGB",
        "§ 286 (1) sentence 1, § 130 BGB",
    ),
    DefaultReason.REMINDER_PROVEN: LawText(
        (
            "Verzug ab {since}: Die Mahnung ging am {received_on} zu; letzter Tag ohne Verzug ist "
            "der {last_day}."
        ),
        (
            "In default from {since}: the reminder was received on {received_on}; the last day "
            "without default is {last_day}."
        ),
        "§ 286 Abs. 1 Satz 1, § 130 BGB",
        "§ 286 (1) sentence 1, § 130 BGB",
    ),
    DefaultReason.SERVED: LawText(
        "Verzug ab {since}: Klage oder Mahnbescheid wurde am {served_on} zugestellt.",
        "In default from {since}: a claim or court payment order was served on {served_on}.",
        "§ 286 Abs. 1 Satz 2 BGB",
        "§ 286 (1) sentence 2 BGB",
    ),
    DefaultReason.REFUSED: LawText(
        (
            "Verzug ab {since}: Der Kunde hat am {refused_on} ernsthaft und endgültig verweigert "
            "zu zahlen, oder ein besonderer Grund ist eingetragen."
        ),
        (
            "In default from {since}: on {refused_on} the customer seriously and finally refused "
            "to pay, or a special reason was entered."
        ),
        "§ 286 Abs. 2 Nr. 3, 4 BGB",
        "§ 286 (2) no. 3, 4 BGB",
    ),
    DefaultReason.THIRTY_DAYS: LawText(
        (
            "Verzug ab {since}: 30 Tage nach Fälligkeit ({due_date}) und Zugang der Rechnung "
            "({received_on}); letzter Tag zum Zahlen ist der {last_day}."
        ),
        (
            "In default from {since}: 30 days after the due date ({due_date}) and receipt of the "
            "invoice ({received_on}); the last day to pay is {last_day}."
        ),
        "§ 286 Abs. 3 Satz 1, § 193 BGB",
        "§ 286 (3) sentence 1, § 193 BGB",
    ),
    DefaultReason.DELIVERY: LawText(
        (
            "Verzug ab {since}: Wann die Rechnung zuging, ist nicht bekannt; deshalb zählen 30 Tage "
            "ab Fälligkeit ({due_date}) und Empfang der Leistung ({delivered_on}). Letzter Tag "
            "zum Zahlen ist der {last_day}."
        ),
        (
            "In default from {since}: receipt of the invoice is not known, so 30 days count from "
            "the due date ({due_date}) and receipt of the goods or service ({delivered_on}). The "
            "last day to pay is {last_day}."
        ),
        "§ 286 Abs. 3 Satz 2, § 193 BGB (Schuldner kein Verbraucher)",
        "§ 286 (3) sentence 2, § 193 BGB (debtor not a consumer)",
    ),
    DefaultReason.NOT_DUE: LawText(
        "Kein Verzug: Die Forderung ist erst nach dem {due_date} zu spät.",
        "No default: the claim is late only after {due_date}.",
        "§ 271, § 286 Abs. 1 BGB",
        "§ 271, § 286 (1) BGB",
    ),
    DefaultReason.PERIOD_RUNNING: LawText(
        "Noch kein Verzug: Er beginnt am {since}; bis {last_day} kann ohne Verzug gezahlt werden.",
        "Not in default yet: it begins on {since}; payment up to {last_day} is in time.",
        "§ 286, §§ 187, 188, 193 BGB",
        "§ 286, §§ 187, 188, 193 BGB",
    ),
    DefaultReason.REMINDER_NOT_YET_EFFECTIVE: LawText(
        (
            "Noch kein Verzug: Die Mahnung gilt als am {received_on} zugegangen; Verzug beginnt "
            "am {since}, nach Zugang und Ablauf der gesetzten Frist."
        ),
        (
            "Not in default yet: the reminder is taken to be received on {received_on}; default "
            "begins on {since}, after receipt and the end of the deadline."
        ),
        "§ 286 Abs. 1 Satz 1, § 130 BGB",
        "§ 286 (1) sentence 1, § 130 BGB",
    ),
    DefaultReason.DIRECT_DEBIT: LawText(
        "Kein Verzug: Der Betrag wird eingezogen; das ist Sache des Gläubigers.",
        "No default: the amount is collected, which is for the creditor to do.",
        "§§ 269, 270 BGB (Lastschriftabrede: Holschuld), § 286 Abs. 4 BGB",
        "§§ 269, 270 BGB (agreed direct debit), § 286 (4) BGB",
    ),
    DefaultReason.DUE_DATE_UNKNOWN: LawText(
        "Kein Verzug festgestellt: Die Fälligkeit ist nicht bekannt.",
        "No default found: the due date is not known.",
        "§ 271, § 286 Abs. 1 BGB; Unbekanntes wird gemeldet, nicht geraten",
        "§ 271, § 286 (1) BGB; what is unknown is reported, not guessed",
    ),
    DefaultReason.NO_REMINDER: LawText(
        (
            "Kein Verzug: Ein Zahlungstag ist nicht vereinbart, und nach der Fälligkeit "
            "({due_date}) ist keine Mahnung zugegangen."
        ),
        (
            "No default: no day for payment was agreed, and no reminder was received after the "
            "due date ({due_date})."
        ),
        "§ 286 Abs. 1 BGB",
        "§ 286 (1) BGB",
    ),
    DefaultReason.NOT_A_PAYMENT_CLAIM: LawText(
        (
            "Kein Verzug: Die 30-Tage-Regel gilt nur für Entgeltforderungen; ohne vereinbarten "
            "Zahlungstag bringt erst eine Mahnung den Verzug (Fälligkeit {due_date})."
        ),
        (
            "No default: the 30-day rule is for payment claims only; without an agreed day it "
            "takes a reminder (due on {due_date})."
        ),
        "§ 286 Abs. 1, 3 BGB",
        "§ 286 (1), (3) BGB",
    ),
    DefaultReason.CONSUMER_WITHOUT_NOTICE: LawText(
        (
            "Kein Verzug: Die Rechnung weist den Verbraucher nicht auf die 30-Tage-Folge hin, und "
            "ein Zahlungstag ist nicht vereinbart; erst eine Mahnung bringt den Verzug (Fälligkeit "
            "{due_date}). Ist die Art des Kunden nicht bekannt, zählt er als Verbraucher."
        ),
        (
            "No default: the invoice does not tell the consumer of the 30-day rule and no day for "
            "payment was agreed; it takes a reminder (due on {due_date}). A customer whose type is "
            "not known counts as a consumer."
        ),
        "§ 286 Abs. 3 Satz 1 Halbsatz 2 BGB; BGH 25.10.2007, III ZR 91/07",
        "§ 286 (3) sentence 1 half-sentence 2 BGB; BGH 25.10.2007, III ZR 91/07",
    ),
    DefaultReason.RECEIPT_UNKNOWN: LawText(
        (
            "Kein Verzug festgestellt: Wann die Rechnung zuging, ist nicht bekannt, deshalb läuft "
            "keine Frist (Fälligkeit {due_date}). Bitte den Zugang eintragen oder mahnen."
        ),
        (
            "No default found: receipt of the invoice is not known, so no period runs (due on "
            "{due_date}). Enter the day of receipt or send a reminder."
        ),
        "§ 286 Abs. 2 Nr. 2, Abs. 3 BGB",
        "§ 286 (2) no. 2, (3) BGB",
    ),
}

# Abroad: only where the paragraph differs. UNVERIFIED for Austria (docs/law.md).
_AT_DAY = ("§ 1334, § 903 ABGB", "§ 1334, § 903 ABGB (Austria)")
_AT_REMINDER = ("§ 1334 ABGB (Einmahnung)", "§ 1334 ABGB (Austria, reminder)")
_CH_DAY = ("Art. 102 Abs. 2, Art. 78 OR", "Art. 102 (2), Art. 78 OR (Switzerland)")
_CH_REMINDER = ("Art. 102 Abs. 1 OR", "Art. 102 (1) OR (Switzerland)")
_BY_DAY = (DefaultReason.CALENDAR, DefaultReason.EVENT, DefaultReason.PERIOD_RUNNING)
ABROAD: dict[str, dict[DefaultReason, tuple[str, str]]] = {
    law: {reason: day if reason in _BY_DAY else reminder for reason in DefaultReason}
    for law, day, reminder in (("at", _AT_DAY, _AT_REMINDER), ("ch", _CH_DAY, _CH_REMINDER))
}


def default_basis(reason: DefaultReason, language: str = "de", law: str = GERMAN_LAW) -> str:
    """The paragraph that a reason rests on under ``law`` ("de", "at", "ch")."""
    if law in ABROAD:
        return ABROAD[law][reason][language.lower().startswith("en")]
    return DEFAULT_TEXTS[reason].basis(language)
