"""Every problem that the import itself reports, beside those of the reader and of the ledger."""

from __future__ import annotations

IMPORT_PROBLEM_CODES: dict[str, str] = {
    "file_refused": "Eine Datei kann als Ganzes nicht gelesen werden",
    "other_client": "Die Datei gehört zu einem anderen Mandanten als die Anbindung",
    "already_imported": "Genau diese Datei ist schon eingelesen",
    "locked_batch_changed": "Ein festgeschriebener Stapel kommt mit fehlenden Buchungen wieder",
    "payments_missing": "Ein Stapel kommt ohne Zahlungen oder Gutschriften wieder, die er hatte",
    "client_twice": "Der Mandant wird schon aus einer anderen Anbindung gemahnt",
    "batch_replaced": "Ein früherer Export desselben Stapels wurde ersetzt",
}
