"""The sentences of ``core.domain.limitation``; listed in ``docs/reasons.md``, complete by test."""

from __future__ import annotations

from core.domain.law_text import LawText
from core.domain.limitation import LimitationReason
from core.domain.reasons import FactKind

LIMITATION_FACT_KINDS: dict[str, FactKind] = dict.fromkeys(
    ["lapses_on", "acknowledged_on", "if_renewed"], FactKind.DATE
)

LIMITATION_TEXTS: dict[LimitationReason, LawText] = {
    LimitationReason.UNKNOWN: LawText(
        "Wann die Forderung verjährt, ist nicht bekannt: Es fehlt jedes Datum.",
        "When the claim lapses is not known: there is no date to count from.",
        "§§ 195, 199 Abs. 1 BGB; Unbekanntes wird gemeldet, nicht geraten",
        "§§ 195, 199 (1) BGB; what is unknown is reported, not guessed",
    ),
    LimitationReason.OTHER_LAW: LawText(
        "Die Verjährung wird nur nach deutschem Recht berechnet; bitte selbst prüfen.",
        "Limitation is computed under German law only; please check yourself.",
        "anderes Recht vereinbart (governing_law)",
        "another law applies (governing_law)",
    ),
    LimitationReason.RUNNING: LawText(
        "Die Forderung verjährt mit Ablauf des {lapses_on}.",
        "The claim lapses at the end of {lapses_on}.",
        "§§ 195, 199 Abs. 1 BGB",
        "§§ 195, 199 (1) BGB",
    ),
    LimitationReason.SOON: LawText(
        (
            "Die Forderung verjährt mit Ablauf des {lapses_on}. Eine Mahnung hemmt die Verjährung "
            "nicht; das tut erst die Klage oder der gerichtliche Mahnbescheid."
        ),
        (
            "The claim lapses at the end of {lapses_on}. A reminder does not stop that; only a "
            "lawsuit or a court payment order does."
        ),
        "§§ 195, 199 Abs. 1, § 204 Abs. 1 Nr. 1, 3 BGB",
        "§§ 195, 199 (1), § 204 (1) no. 1, 3 BGB",
    ),
    LimitationReason.LAPSED: LawText(
        (
            "Die Forderung ist mit Ablauf des {lapses_on} verjährt: Der Kunde darf die Zahlung "
            "verweigern. Was er zahlt, bleibt gezahlt."
        ),
        (
            "The claim lapsed at the end of {lapses_on}: the customer may refuse to pay. What he "
            "pays stays paid."
        ),
        "§§ 195, 199 Abs. 1, § 214 BGB",
        "§§ 195, 199 (1), § 214 BGB",
    ),
    LimitationReason.RENEWED: LawText(
        (
            "Bitte prüfen: Am {acknowledged_on} hat der Kunde die Forderung möglicherweise "
            "anerkannt; dann liefe die Frist bis {if_renewed} statt {lapses_on}. Verlassen Sie "
            "sich nicht ungeprüft darauf."
        ),
        (
            "Please check: on {acknowledged_on} the customer may have acknowledged the claim; the "
            "period would then end on {if_renewed} instead of {lapses_on}. Do not rely on it "
            "unchecked."
        ),
        "§ 212 Abs. 1 Nr. 1 BGB",
        "§ 212 (1) no. 1 BGB",
    ),
    LimitationReason.STOPPED: LawText(
        (
            "Bitte prüfen: Klage oder Mahnbescheid ist zugestellt; die Verjährung kann gehemmt "
            "sein, sodass der {lapses_on} nicht gilt."
        ),
        (
            "Please check: a lawsuit or court payment order was served; limitation may be stopped, "
            "so that {lapses_on} does not hold."
        ),
        "§ 204 Abs. 1 Nr. 1, 3, Abs. 2, § 209 BGB",
        "§ 204 (1) no. 1, 3, (2), § 209 BGB",
    ),
}
