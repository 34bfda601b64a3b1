"""Words for the facts of ``core.domain.reasons`` that are stable ids: data only, German first."""

from __future__ import annotations

# Fact values that are words: value -> (German, English).
WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "weekdays": {
        "mon": ("Mo", "Mon"),
        "tue": ("Di", "Tue"),
        "wed": ("Mi", "Wed"),
        "thu": ("Do", "Thu"),
        "fri": ("Fr", "Fri"),
        "sat": ("Sa", "Sat"),
        "sun": ("So", "Sun"),
        "working_days": ("nur Werktage", "working days only"),
    },
    "hold_kind": {
        "manual": ("von Hand gesetzt", "set by hand"),
        "dispute": ("Klärfall", "dispute"),
        "promise": ("Zahlungszusage", "promise to pay"),
        "instalment_plan": ("Ratenplan", "instalment plan"),
        "deferral": ("Stundung", "deferral"),
        "insolvency": ("Insolvenz (§ 87 InsO)", "insolvency (§ 87 InsO)"),
        "deceased": ("Todesfall", "death of the debtor"),
        "platform_block": ("Sperre aus der Buchhaltung", "block from the bookkeeping"),
        "possible_duplicate": ("mögliche Dublette", "possible duplicate"),
        "possible_double_import": ("möglicherweise doppelt eingelesen", "possible double import"),
        "row_errors": ("Zeilen oder Belege nicht lesbar", "rows or records unreadable"),
        "paid_locally": (
            "als bezahlt gemeldet, in der Quelle noch offen",
            "reported as paid, still open at the source",
        ),
        "partial_dispute": ("Klärfall über einen Teil", "dispute about a part"),
        "direct_debit_pending": ("Lastschrift ist unterwegs", "direct debit under way"),
        "unassigned_money": (
            "nicht zugeordneter Geldeingang",
            "money at the bank that is not assigned",
        ),
        "money_returned": ("Zahlung ging zurück", "payment went back"),
    },
    # What to do when money is not booked far enough, by who says until when it is.
    "booked_by": {
        "platform": (
            "Plattform neu lesen oder ihren Bankabruf dort erneuern, sonst mahnwerk booked-until",
            "read the platform again or renew its bank feed there, else mahnwerk booked-until",
        ),
    },
    "what": {
        "settled": ("ausgeglichen", "settled"),
        "cancelled": ("storniert", "cancelled"),
        "written_off": ("ausgebucht", "written off"),
        "dunning_charge": ("Mahngebühr oder Zinsen aus der Quelle", "charge from the source"),
        "down_payment_request": ("Anzahlungsanforderung", "request for a down payment"),
    },
}

# What an empty fact is called: (German, English).
EMPTY: dict[str, tuple[str, str]] = {
    "hold_until": ("auf Weiteres", "further notice"),
    "hold_reason": ("ohne Begründung", "no reason given"),
    "booked_until": ("nicht bekannt", "not known"),
    "booked_by": (
        "neu einlesen oder bestätigen: mahnwerk booked-until",
        "import again, or confirm: mahnwerk booked-until",
    ),
    "settled_on": ("nicht bekannt", "not known"),
}
