"""The sentences of ``core.domain.reasons``: data only, German first, written for a bookkeeper.

Each reason has (German sentence, English sentence, German basis, English basis). The basis is
the paragraph, rule or setting that the verdict rests on.
"""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str, str, str]] = {
    "level_reached": (
        "Fällig seit {due_date} (Tage überfällig: {days_late}): Mahnstufe {level} ist an der Reihe.",
        "Due on {due_date} (days late: {days_late}): dunning level {level} is next.",
        "§ 286 Abs. 1 BGB; Mahnverfahren, Einstellungen der Mahnstufe",
        "§ 286 (1) BGB; dunning procedure, settings of the level",
    ),
    "pre_due_reached": (
        "Fällig am {due_date}, in {days_left} Tagen: freundlicher Hinweis vorab (Stufe {level}).",
        "Due on {due_date}, in {days_left} days: a friendly note ahead (level {level}).",
        "Mahnverfahren: days_after_due kleiner als 0; keine Mahnung im Sinne des § 286 BGB",
        "dunning procedure: days_after_due below 0; no Mahnung within § 286 BGB",
    ),
    "credit": (
        "Guthaben über {amount}: keine Forderung; es mindert, was der Kunde zu zahlen hat.",
        "Credit of {amount}: not a claim; it reduces what the customer has to pay.",
        "§§ 387, 389 BGB; Guthaben stehen als Abzug auf der Mahnung",
        "§§ 387, 389 BGB; credits are deducted on the notice",
    ),
    "not_due": (
        (
            "Noch nicht überfällig: Fälligkeit {due_date}. Der Fälligkeitstag selbst ist nicht zu "
            "spät."
        ),
        "Not overdue: due on {due_date}. The due day itself is not late.",
        "§ 271 BGB, § 187 Abs. 1 BGB",
        "§ 271 BGB, § 187 (1) BGB",
    ),
    "within_grace": (
        "Fällig seit {due_date}, aber noch innerhalb der {grace_days} Kulanztage.",
        "Due on {due_date}, but still within the {grace_days} grace days.",
        "Mahnverfahren: grace_days (Kulanztage)",
        "dunning procedure: grace_days",
    ),
    "due_date_unknown": (
        (
            "Die Fälligkeit ist nicht bekannt. Bitte in der Buchhaltung eine Fälligkeit oder "
            "Zahlungsbedingung eintragen und neu einlesen."
        ),
        (
            "The due date is not known. Enter a due date or payment term in the bookkeeping and "
            "import again."
        ),
        "§ 271 BGB; Unbekanntes wird gemeldet, nicht geraten",
        "§ 271 BGB; what is unknown is reported, not guessed",
    ),
    "state_unknown": (
        (
            "Der Stand des Postens ist nicht bekannt, deshalb wird er nicht gemahnt. Bitte in der "
            "Quelle klären."
        ),
        (
            "The state of the item is not known, so it is not dunned. Please clear it up at the "
            "source."
        ),
        "Unbekanntes wird gemeldet, nicht geraten",
        "what is unknown is reported, not guessed",
    ),
    "not_a_claim": (
        "Keine Forderung, die gemahnt wird: {what}.",
        "Not a claim that is dunned: {what}.",
        "§ 286 Abs. 1 BGB: gemahnt werden fällige Forderungen",
        "§ 286 (1) BGB: only claims that are due are dunned",
    ),
    "evidence_only": (
        (
            "Die Anbindung {connection} dient nur dem Nachweis; gemahnt wird aus der führenden "
            "Anbindung."
        ),
        (
            "The connection {connection} is evidence only; the claim is dunned from its leading "
            "connection."
        ),
        "Einstellung der Anbindung: role (leading oder evidence)",
        "setting of the connection: role (leading or evidence)",
    ),
    "same_claim": (
        (
            "Derselbe Beleg steht auch in der Anbindung {connection}, die führt: Er zählt einmal und "
            "wird nur dort gemahnt."
        ),
        (
            "The same document stands on the connection {connection} too, which leads: it counts "
            "once and is dunned there only."
        ),
        "role der Anbindung, sonst die zuerst angelegte; mahnwerk claims",
        "role of the connection, else the one made first; mahnwerk claims",
    ),
    "paid_elsewhere": (
        (
            "Derselbe Beleg ist in der Anbindung {connection} {what} (Tag: {settled_on}). Eine "
            "Zahlung zählt, wo immer sie gebucht ist; bitte hier nachbuchen."
        ),
        (
            "The same document is {what} on the connection {connection} (day: {settled_on}). A "
            "payment counts wherever it is booked; please book it here too."
        ),
        "§ 362 Abs. 1 BGB: Was bezahlt ist, wird nicht gemahnt; mahnwerk claims",
        "§ 362 (1) BGB: what is paid is not dunned; mahnwerk claims",
    ),
    "currency_unclear": (
        (
            "In Fremdwährung gebucht, in Basiswährung geführt: Bitte festlegen, in welcher Währung "
            "gemahnt wird (mahnwerk connect datev --set currency=base oder currency=input)."
        ),
        (
            "Posted in a foreign currency, kept in the base currency: please settle in which "
            "currency to dun (mahnwerk connect datev --set currency=base or currency=input)."
        ),
        "§ 244 BGB; DATEV-Währungssteuerung des Debitors",
        "§ 244 BGB; DATEV currency control of the debtor",
    ),
    "procedure_unusable": (
        (
            "Das Mahnverfahren {procedure} des Kunden ist nicht lesbar; er wird erst wieder gemahnt, "
            "wenn es das ist (mahnwerk procedures check)."
        ),
        (
            "The dunning procedure {procedure} of the debtor cannot be read; he is not dunned until "
            "it can (mahnwerk procedures check)."
        ),
        "ein Kunde hält nie die anderen auf",
        "one debtor never stops the others",
    ),
    "not_booked_through": (
        (
            "Zahlungen der Anbindung {connection} sind nicht aktuell gebucht (gebucht bis: "
            "{booked_until}; erlaubt sind höchstens {working_days} Arbeitstage Rückstand): {booked_by}."
        ),
        (
            "Payments of the connection {connection} are not booked up to date (booked until: "
            "{booked_until}; at most {working_days} working days behind are allowed): {booked_by}."
        ),
        "Mahnverfahren: booked_through_working_days; mahnwerk booked-until",
        "dunning procedure: booked_through_working_days; mahnwerk booked-until",
    ),
    "held": (
        "Mahnsperre bis {hold_until}: {hold_kind} ({hold_reason}).",
        "Hold until {hold_until}: {hold_kind} ({hold_reason}).",
        "Mahnsperre am Kunden oder Posten; mahnwerk release (mögliche Dublette: mahnwerk claims)",
        "hold on the customer or item; mahnwerk release (possible duplicate: mahnwerk claims)",
    ),
    "disputed": (
        (
            "Bestritten sind {disputed}, das ist alles, was noch offen ist. Gemahnt wird erst, wenn "
            "der Klärfall erledigt ist."
        ),
        (
            "{disputed} are contested, which is all that is still open. It is dunned when the "
            "dispute is settled."
        ),
        "Klärfall über einen Teil der Forderung; mahnwerk release --kind partial_dispute",
        "dispute about a part of the claim; mahnwerk release --kind partial_dispute",
    ),
    "direct_debit": (
        "Der Betrag wird eingezogen, per Lastschrift oder von einem hinterlegten Zahlungsmittel.",
        "The amount is collected, by direct debit or from a stored means of payment.",
        "§ 270 BGB: Bei vereinbarter Lastschrift muss der Gläubiger einziehen",
        "§ 270 BGB: with an agreed direct debit the creditor has to collect",
    ),
    "unplaced_money": (
        (
            "Auf dem Konto des Kunden liegen {credit} ohne Zuordnung; damit könnte dieser Posten "
            "über {outstanding} bezahlt sein. Bitte zuordnen."
        ),
        (
            "{credit} on the customer's account are not assigned; they could have paid this item "
            "of {outstanding}. Please assign them."
        ),
        "§§ 362, 366 BGB: Was bezahlt sein könnte, wird nicht gemahnt",
        "§§ 362, 366 BGB: what could have been paid is not dunned",
    ),
    "delivery_unknown": (
        (
            "Bei der letzten Mahnung an diesen Kunden ist offen, ob sie hinausging. Bitte klären: "
            "gesendet oder nicht gesendet."
        ),
        "It is not known whether the last notice to this customer went out. Please settle: sent or not sent.",
        "höchstens einmal: Ein unklarer Versand wird nie wiederholt",
        "at most once: a doubtful delivery is never repeated",
    ),
    "handing_over": (
        "Eine Mahnung an diesen Kunden wird gerade übergeben.",
        "A notice to this customer is being handed over at this moment.",
        "höchstens einmal: eine Übergabe zur Zeit",
        "at most once: one hand-over at a time",
    ),
    "printed_not_posted": (
        "Ein Mahnbrief an diesen Kunden ist gedruckt, aber noch nicht als aufgegeben gemeldet (mahnwerk posted).",
        "A letter to this customer is printed, but not yet reported as posted (mahnwerk posted).",
        "§ 130 BGB: Ein gedruckter Brief ist nicht zugegangen",
        "§ 130 BGB: a printed letter has not been received",
    ),
    "level_not_reached": (
        (
            "Fällig seit {due_date} (Tage überfällig: {days_late}); Mahnstufe {level} kommt "
            "{days_after_due} Tage nach Fälligkeit, frühestens am {next_on}."
        ),
        (
            "Due on {due_date} (days late: {days_late}); dunning level {level} comes "
            "{days_after_due} days after the due date, on {next_on} at the earliest."
        ),
        "Mahnverfahren: days_after_due der Mahnstufe",
        "dunning procedure: days_after_due of the level",
    ),
    "interval_running": (
        (
            "Zuletzt wurde der Kunde am {last_notice_on} gemahnt; das Mahnintervall von "
            "{interval_days} Tagen läuft noch; frühestens am {next_on} geht es weiter."
        ),
        (
            "The customer was last dunned on {last_notice_on}; the interval of {interval_days} days "
            "is still running; the next notice comes on {next_on} at the earliest."
        ),
        "Mahnverfahren: interval_days der Mahnstufe, contact_gap_days",
        "dunning procedure: interval_days of the level, contact_gap_days",
    ),
    "deadline_running": (
        (
            "Die zuletzt gesetzte Zahlungsfrist endet am {deadline}; mit {bank_days} Bankarbeitstagen "
            "für den Zahlungseingang geht es frühestens am {next_on} weiter."
        ),
        (
            "The payment deadline set last ends on {deadline}; with {bank_days} bank days for the "
            "money to arrive the next notice comes on {next_on} at the earliest."
        ),
        "§ 193 BGB; Mahnverfahren: bank_days_after_deadline",
        "§ 193 BGB; dunning procedure: bank_days_after_deadline",
    ),
    "hold_ended_recently": (
        (
            "Eine Mahnsperre ist abgelaufen; ihre Tage ({held_days}) zählen nicht mit, deshalb geht es "
            "erst am {next_on} weiter."
        ),
        (
            "A hold has ended; its days ({held_days}) do not count, so the next notice comes on "
            "{next_on}."
        ),
        "Zeit in einer Mahnsperre zählt für Stufe und Intervall nicht",
        "time in a hold does not count for level and interval",
    ),
    "no_sending_day": (
        (
            "Die Mahnstufe ist erreicht, aber heute wird nicht versandt (Versandtage: {weekdays}); "
            "am {next_on} geht es weiter."
        ),
        (
            "The level is reached, but nothing is sent today (days of sending: {weekdays}); it goes "
            "on on {next_on}."
        ),
        "Mahnverfahren: send_weekdays, working_days_only",
        "dunning procedure: send_weekdays, working_days_only",
    ),
    "levels_exhausted": (
        "Alle {levels} Mahnstufen sind durchlaufen (zuletzt Stufe {level}).",
        "All {levels} dunning levels have been used (last: level {level}).",
        "Mahnverfahren: Zahl der Mahnstufen",
        "dunning procedure: number of levels",
    ),
    "level_forbidden": (
        (
            "Ab Mahnstufe {level} ist für diesen Kunden keine weitere Stufe erlaubt (Mahnkennzeichen "
            "{allowed_levels})."
        ),
        (
            "From dunning level {level} on no further level is allowed for this customer (dunning "
            "code {allowed_levels})."
        ),
        "Stammdaten des Debitors: Feld Mahnung (DATEV)",
        "master data of the debtor: field Mahnung (DATEV)",
    ),
    "account_not_late_enough": (
        (
            "Tage, die der älteste mahnbare Posten des Kunden überfällig ist: {days_late}; gemahnt wird ab "
            "{minimum_days} Tagen."
        ),
        (
            "Days late of the customer's oldest item that may be dunned: {days_late}; accounts are "
            "dunned from {minimum_days} days on."
        ),
        "Mahnverfahren: min_days_in_arrears (Mindestverzugstage)",
        "dunning procedure: min_days_in_arrears",
    ),
    "below_minimum": (
        "Die Mahnung würde über {net} lauten; Mahnstufe {level} gilt erst ab {minimum}.",
        "The notice would be about {net}; dunning level {level} needs at least {minimum}.",
        "Mahnverfahren: min_amount der Mahnstufe (je Währung, ohne Umrechnung)",
        "dunning procedure: min_amount of the level (per currency, never converted)",
    ),
    "below_total": (
        "Die Mahnung würde über {net} lauten; unter {minimum} wird nichts verschickt.",
        "The notice would be about {net}; nothing is sent below {minimum}.",
        "Mahnverfahren: minimum_total (je Währung, ohne Umrechnung)",
        "dunning procedure: minimum_total (per currency, never converted)",
    ),
    "net_not_positive": (
        "Guthaben decken die Forderung: Nach Abzug bleiben {net}, zu mahnen ist nichts.",
        "Credits cover the claim: {net} remain after deduction, there is nothing to dun.",
        "§ 389 BGB; gemahnt wird nur ein Saldo zugunsten des Gläubigers",
        "§ 389 BGB; only a balance in the creditor's favour is dunned",
    ),
}
