"""What happens to one file that was read: stored, recognised as known, or refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.model import ConnectionId, CreditorId
from core.domain.records import FileImport
from core.errors import Problem, Severity
from core.ports import BatchRow, StoredBatch, Tx
from core.services.app import App


@dataclass(frozen=True, slots=True)
class Stored:
    """Accounts whose ledger must be computed anew; ``touches_all`` when every one must."""

    accounts: set[str]
    touches_all: bool = False
    problems: tuple[Problem, ...] = ()
    new: bool = False  # False: known before, passed over or refused


def store_file(
    app: App,
    tx: Tx,
    creditor: CreditorId,
    connection: ConnectionId,
    file: FileImport,
    *,
    replace_locked: bool = False,
) -> Stored:
    """Stores one file as a batch of its connection.

    The same bytes again change nothing. A batch with the identity of a stored one replaces it
    when that one is not locked, or when no row of it is missing (datev.md §7); otherwise it is
    refused and the stored one stays.
    """
    info = file.info
    if info.category == "ignored":
        return Stored(set())
    living = [b for b in tx.ledger.batches(creditor, connection) if not b.superseded]
    if any(
        b.info.sha256 == info.sha256 and b.info.as_of == info.as_of
        for b in _comparable(file, living)
    ):
        known = Problem(
            "already_imported",
            Severity.INFO,
            info.file,
            app.say(
                "Diese Datei ist schon eingelesen; nichts geändert.",
                "This file was imported before; nothing was changed.",
            ),
        )
        return Stored(set(), problems=(known,))
    same = [b for b in living if _replaces(file, b)]
    changed: set[str] = set()
    problems: list[Problem] = []
    for old in same:
        missing = _missing_rows(tx, creditor, connection, file, old)
        if missing and not replace_locked:
            if old.info.locked:
                return Stored(set(), problems=(_locked(app, file, old, len(missing)),))
            if _takes_money_back(tx, creditor, connection, file, missing):
                return Stored(set(), problems=(_shrunk(app, file, old, len(missing)),))
        # The old rows go first: equal rows of the new batch carry the same keys.
        changed |= tx.ledger.supersede_batch(creditor, old.id)
        problems.append(_replaced(app, file, old, len(missing)))
    unread = file.row_error_accounts
    if info.category == "debtors":
        unread |= _still_unread(tx, creditor, file, living)
    batch = tx.ledger.add_batch(creditor, connection, info, unread, app.clock.now())
    changed |= tx.ledger.add_postings(creditor, connection, batch, file.postings)
    changed |= tx.ledger.add_balances(creditor, connection, batch, file.balances)
    changed |= unread
    tx.debtors.upsert(creditor, connection, file.debtors)
    changed |= {d.external_id for d in file.debtors}
    tx.ledger.save_terms(creditor, connection, file.terms)
    tx.ledger.save_addresses(creditor, connection, file.addresses)
    touches_all = info.category in ("opos", "payment_terms", "sundry_addresses")
    return Stored(changed, touches_all, tuple(problems), new=True)


def _comparable(file: FileImport, living: Sequence[StoredBatch]) -> Sequence[StoredBatch]:
    """Batches whose bytes make this file a repetition.

    Master data overwrite each other: only the last ones are repeated, older ones are gone back to.
    """
    same = [b for b in living if b.info.category == file.info.category]
    return same if file.info.category in ("postings", "opos") else same[-1:]


def _still_unread(
    tx: Tx, creditor: CreditorId, file: FileImport, living: Sequence[StoredBatch]
) -> frozenset[str]:
    """Accounts that earlier master data could not be read of, and that this file does not hold.

    The file takes their place: an account that it reads is not held for an old error any more.
    """
    unread: set[str] = set()
    for old in living:
        if old.info.category == "debtors" and old.row_error_accounts:
            unread |= old.row_error_accounts
            tx.ledger.supersede_batch(creditor, old.id)
    return frozenset(unread - {d.external_id for d in file.debtors})


def _replaces(file: FileImport, old: StoredBatch) -> bool:
    """True when the stored batch is an earlier export of the same thing."""
    info = file.info
    if info.category != old.info.category:
        return False
    if info.category == "opos":
        return info.as_of == old.info.as_of
    return (
        info.category == "postings" and bool(info.identity) and info.identity == old.info.identity
    )


def _missing_rows(
    tx: Tx, creditor: CreditorId, connection: ConnectionId, file: FileImport, old: StoredBatch
) -> dict[str, BatchRow]:
    """Stored rows of the old batch that the new file does not hold any more."""
    if file.info.category != "postings":
        return {}
    here = {p.external_id for p in file.postings}
    rows = tx.ledger.batch_rows(creditor, connection, old.id)
    return {external_id: row for external_id, row in rows.items() if external_id not in here}


def _takes_money_back(
    tx: Tx,
    creditor: CreditorId,
    connection: ConnectionId,
    file: FileImport,
    missing: Mapping[str, BatchRow],
) -> bool:
    """True when a payment or credit is gone and its account owes more than before.

    A file that was cut off looks like this, and whoever has paid would be dunned.
    """
    change: Counter[str] = Counter()
    for row in missing.values():
        change[row.account] -= row.base_effect_minor
    known = set(tx.ledger.known_rows(creditor, connection, [p.external_id for p in file.postings]))
    for posting in file.postings:
        if posting.external_id not in known:
            change[posting.account] += posting.base_effect.minor
    return any(row.base_effect_minor < 0 < change[row.account] for row in missing.values())


def _shrunk(app: App, file: FileImport, old: StoredBatch, missing: int) -> Problem:
    return Problem(
        "payments_missing",
        Severity.ERROR,
        file.info.file,
        app.say(
            f"Dem Stapel aus „{old.info.file}“ fehlen hier {missing} Buchungen, darunter "
            "Zahlungen oder Gutschriften: die Datei ist vielleicht abgeschnitten. Nichts "
            "übernommen. Wenn sie die richtige ist: noch einmal mit --replace einlesen.",
            f"{missing} postings of the batch from {old.info.file} are missing here, payments or "
            "credits among them: the file may have been cut off. Nothing was taken over. If it "
            "is the right one, import it again with --replace.",
        ),
    )


def _locked(app: App, file: FileImport, old: StoredBatch, missing: int) -> Problem:
    return Problem(
        "locked_batch_changed",
        Severity.ERROR,
        file.info.file,
        app.say(
            f"Der festgeschriebene Stapel ist schon aus „{old.info.file}“ eingelesen, und "
            f"{missing} seiner Buchungen fehlen hier oder sind verändert. Nichts übernommen. "
            "Wenn diese Datei die richtige ist: noch einmal mit --replace einlesen.",
            f"The locked batch was already imported from {old.info.file}, and {missing} of its "
            "postings are missing here or were changed. Nothing was taken over. If this file "
            "is the right one, import it again with --replace.",
        ),
    )


def _replaced(app: App, file: FileImport, old: StoredBatch, missing: int) -> Problem:
    return Problem(
        "batch_replaced",
        Severity.WARNING if missing else Severity.INFO,
        file.info.file,
        app.say(
            f"Ersetzt den Stapel aus „{old.info.file}“"
            + (f"; {missing} seiner Buchungen gibt es nicht mehr." if missing else "."),
            f"Replaces the batch from {old.info.file}"
            + (f"; {missing} of its postings are gone." if missing else "."),
        ),
    )
