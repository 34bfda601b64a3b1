"""From stored postings and balances to open items: the ledger of every changed account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta

from core.domain.collective import split_collective
from core.domain.ledger import LedgerHold, LedgerResult, LedgerRules, build_account
from core.domain.model import Address, Connection, CreditorId, DebtorId, HoldKind
from core.domain.records import Balance, DebtorRecord, Posting, SundryAddress
from core.errors import Problem
from core.ports import LedgerChanges, Tx
from core.services.bank_lines import check_debtors

BACKLOG_DAYS = 180  # older items at a first import are proposal-only
_NOWHERE = Address()
CHUNK = 1000  # accounts computed and stored at a time; keeps memory flat


def recompute(
    tx: Tx,
    creditor: CreditorId,
    connection: Connection,
    accounts: set[str] | None,
    *,
    on: date,
    at: datetime | None = None,
) -> list[Problem]:
    """Computes and stores the ledger of ``accounts`` (None: of all) of one connection.

    Payments seen and holds set or ended by it are appended to the event log as one entry, with
    ``at`` as its moment (None: that of the newest file).
    """
    parts = _parts(tx, creditor, connection)
    todo = sorted(
        tx.ledger.accounts(creditor, connection.id) | set(parts) if accounts is None else accounts
    )
    rules = _rules(tx, creditor, connection)
    refused = _row_errors(tx, creditor, connection)
    first = connection.first_import_on == on
    backlog_before = on - timedelta(days=BACKLOG_DAYS) if first else None
    problems: list[Problem] = []
    changes = LedgerChanges()
    for chunk in _chunks(todo):
        results = _compute(tx, creditor, connection, chunk, rules, refused, parts)
        problems.extend(p for result in results.values() for p in result.problems)
        changes += tx.ledger.save_ledger(
            creditor,
            connection.id,
            results,
            backlog_before=backlog_before,
            start_level=int(connection.settings.get("start_level", "1")),
            on=on,
        )
        changes += check_debtors(tx, creditor, list(results), on=on)
    if changes:
        moment = at or _last_import(tx, creditor, connection)
        tx.events.append(creditor, "ledger", {"connection": connection.id}, asdict(changes), moment)
    return problems


def _last_import(tx: Tx, creditor: CreditorId, connection: Connection) -> datetime:
    batches = tx.ledger.batches(creditor, connection.id)
    return max(datetime.fromisoformat(batch.imported_at) for batch in batches)


def _parts(tx: Tx, creditor: CreditorId, connection: Connection) -> dict[str, set[str]]:
    """Debtors by account: the account itself and its customers, when it is a collective one.

    One that was there before is computed again even when nothing is left of it: an item that
    vanished from the books must not stay open here.
    """
    parts: dict[str, set[str]] = defaultdict(set)
    for debtor in tx.debtors.all(creditor):
        if debtor.connection == connection.id:
            parts[debtor.external_id.partition("#")[0]].add(debtor.external_id)
    return parts


def _rules(tx: Tx, creditor: CreditorId, connection: Connection) -> LedgerRules:
    settings = connection.settings
    return LedgerRules(
        default_due_days=int(settings.get("default_due_days", "30")),
        currency_mode=settings.get("currency", ""),
        terms=tx.ledger.terms(creditor, connection.id),
        opos_days=tuple(tx.ledger.opos_days(creditor, connection.id)),
    )


def _row_errors(tx: Tx, creditor: CreditorId, connection: Connection) -> dict[str, str]:
    """Accounts with a refused row in a living batch, and the file it stands in.

    Of OPOS lists only the latest counts: it says anew what is open of every account.
    """
    living = [b for b in tx.ledger.batches(creditor, connection.id) if not b.superseded]
    latest = max((b.info.as_of for b in living if b.info.as_of), default=None)
    return {
        account: batch.info.file
        for batch in living
        if batch.info.as_of in (None, latest)
        for account in batch.row_error_accounts
    }


def _compute(
    tx: Tx,
    creditor: CreditorId,
    connection: Connection,
    chunk: Sequence[str],
    rules: LedgerRules,
    refused: Mapping[str, str],
    parts: Mapping[str, set[str]],
) -> dict[DebtorId, LedgerResult]:
    postings = tx.ledger.postings(creditor, connection.id, chunk)
    balances = tx.ledger.balances(creditor, connection.id, chunk)
    masters = tx.debtors.records(creditor, connection.id, chunk)
    addresses = tx.ledger.addresses(creditor, connection.id, chunk)
    built: dict[str, LedgerResult] = {}
    labels: dict[str, str] = {}
    sundry: list[DebtorRecord] = []
    for account in chunk:
        own, bal = postings.get(account, []), balances.get(account, [])
        label = _label(account, own, bal)
        known = _known_of(account, bal, rules, refused)
        groups = split_collective(account, own)
        for gone in parts.get(account, set()) - set(groups):
            groups[gone] = []
        for part, rows in groups.items():
            master = masters.get(account)
            if part != account:
                master = _sundry_master(part, label, master, addresses.get(account, {}))
                sundry.append(master)
            result = build_account(
                part, rows, bal if part == account else (), master, known, _doubles(own)
            )
            if account in refused:
                result = _with_row_error(result, account, refused[account])
            built[part] = result
            labels[part] = label if part == account else f"{label} {part.partition('#')[2]}"
        _hold_collective(account, list(groups), built, masters.get(account))
    tx.debtors.upsert(creditor, connection.id, sundry)
    ids = tx.debtors.ensure(creditor, connection.id, labels)
    return {ids[part]: result for part, result in built.items()}


def _known_of(
    account: str, balances: Sequence[Balance], rules: LedgerRules, refused: Mapping[str, str]
) -> LedgerRules:
    """Absence from a list clears nothing of an account whose row in it could not be read."""
    latest = max(rules.opos_days, default=None)
    if account not in refused or any(b.as_of == latest for b in balances):
        return rules
    return replace(rules, opos_days=())


def _doubles(postings: Sequence[Posting]) -> frozenset[str]:
    """Content that stands, without a GUID, in more than one batch (datev.md §7)."""
    seen: dict[str, set[str]] = defaultdict(set)
    for posting in postings:
        if not posting.has_guid:
            seen[posting.content_key].add(posting.batch)
    return frozenset(key for key, batches in seen.items() if len(batches) > 1)


def _label(account: str, postings: Sequence[Posting], balances: Sequence[Balance]) -> str:
    if postings:
        return postings[0].account_label
    return balances[0].account_label if balances else account


def _sundry_master(
    part: str,
    label: str,
    collective: DebtorRecord | None,
    addresses: Mapping[str, SundryAddress],
) -> DebtorRecord:
    """Master data of one customer of a collective account: his own address, its conditions."""
    number = part.partition("#")[2]
    found = addresses.get(number)
    base = collective or DebtorRecord(part, label, "", _NOWHERE)
    if found is None:
        return replace(base, external_id=part, name=number, address=_NOWHERE, email="")
    return replace(
        base,
        external_id=part,
        account_label=f"{label} {number}",
        name=found.name,
        address=found.address,
        email=found.email,
        collective=False,
    )


def _with_row_error(result: LedgerResult, account: str, file: str) -> LedgerResult:
    hold = LedgerHold(
        f"row_error:{account}:{file}",
        HoldKind.ROW_ERRORS,
        None,
        f"Eine Zeile dieses Kontos in „{file}“ konnte nicht gelesen werden.",
    )
    return replace(result, holds=(*result.holds, hold))


def _hold_collective(
    account: str,
    parts: Sequence[str],
    built: dict[str, LedgerResult],
    master: DebtorRecord | None,
) -> None:
    """Nobody knows who owes what stands on a collective account without an address, and money
    there may be anybody's: all of its customers are held until it is assigned.
    """
    collective = (master is not None and master.collective) or len(parts) > 1
    if not collective or account not in built:
        return
    unplaced = [item for item in built[account].items if item.outstanding.amount < 0]
    # Other money is a new question, also to somebody who released the hold.
    money = "|".join(sorted(f"{item.external_id}={item.outstanding}" for item in unplaced))
    for part in parts:
        if part == account or unplaced:
            hold = LedgerHold(
                f"collective:{part}:{money}",
                HoldKind.PLATFORM_BLOCK,
                None,
                "Sammelkonto: Posten ohne Adresse oder Geld ohne Zuordnung.",
            )
            built[part] = replace(built[part], holds=(*built[part].holds, hold))


def _chunks(accounts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(accounts), CHUNK):
        yield accounts[start : start + CHUNK]
