"""Short headings for the reason codes, for the summary of a run; `explain` has the sentences."""

from __future__ import annotations

from cli.i18n import tr
from core.domain.reasons import Reason

LABELS: dict[Reason, tuple[str, str]] = {
    Reason.LEVEL_REACHED: ("Mahnstufe erreicht", "level reached"),
    Reason.PRE_DUE_REACHED: ("Hinweis vor Fälligkeit", "note before due"),
    Reason.CREDIT: ("Guthaben", "credit"),
    Reason.NOT_DUE: ("noch nicht überfällig", "not overdue yet"),
    Reason.WITHIN_GRACE: ("innerhalb der Kulanztage", "within the grace days"),
    Reason.DUE_DATE_UNKNOWN: ("Fälligkeit unbekannt", "due date unknown"),
    Reason.STATE_UNKNOWN: ("Zustand unbekannt", "state unknown"),
    Reason.NOT_A_CLAIM: ("keine mahnbare Forderung", "not a claim to be dunned"),
    Reason.EVIDENCE_ONLY: ("führende Anbindung ist eine andere", "another connection leads"),
    Reason.SAME_CLAIM: ("auch in der führenden Anbindung", "on the leading connection too"),
    Reason.PAID_ELSEWHERE: ("in anderer Anbindung bezahlt", "paid on another connection"),
    Reason.CURRENCY_UNCLEAR: ("Währung ungeklärt", "currency unclear"),
    Reason.PROCEDURE_UNUSABLE: ("Mahnverfahren nicht lesbar", "procedure cannot be read"),
    Reason.NOT_BOOKED_THROUGH: ("Geld nicht weit genug gebucht", "money not booked far enough"),
    Reason.HELD: ("Mahnsperre", "on hold"),
    Reason.DISPUTED: ("bestritten", "disputed"),
    Reason.DIRECT_DEBIT: ("Lastschrift", "direct debit"),
    Reason.UNPLACED_MONEY: ("Geld ohne Zuordnung", "money not assigned"),
    Reason.DELIVERY_UNKNOWN: ("Versand ungewiss", "delivery uncertain"),
    Reason.HANDING_OVER: ("Versand läuft", "delivery under way"),
    Reason.PRINTED_NOT_POSTED: ("gedruckt, nicht verschickt", "printed, not posted"),
    Reason.LEVEL_NOT_REACHED: ("Mahnstufe noch nicht erreicht", "level not reached yet"),
    Reason.INTERVAL_RUNNING: ("Abstand zur letzten Mahnung läuft", "interval is running"),
    Reason.DEADLINE_RUNNING: ("Zahlungsfrist läuft", "deadline is running"),
    Reason.HOLD_ENDED_RECENTLY: ("Mahnsperre endete erst kürzlich", "hold ended recently"),
    Reason.NO_SENDING_DAY: ("heute kein Versand", "no sending today"),
    Reason.LEVELS_EXHAUSTED: ("alle Mahnstufen durchlaufen", "all levels done"),
    Reason.LEVEL_FORBIDDEN: ("Mahnstufe gesperrt", "level forbidden"),
    Reason.ACCOUNT_NOT_LATE_ENOUGH: (
        "Konto nicht lange genug überfällig",
        "account not late enough",
    ),
    Reason.BELOW_MINIMUM: ("unter dem Mindestbetrag", "below the minimum"),
    Reason.BELOW_TOTAL: ("unter der Mindestsumme", "below the minimum total"),
    Reason.NET_NOT_POSITIVE: ("Saldo nicht positiv", "net not positive"),
}


def label(reason: Reason) -> str:
    """The heading in the user's language; a code without one stands for itself."""
    return tr(*LABELS.get(reason, (reason.value, reason.value)))
