"""Refreshing proposals: what a run found replaces what the run before had proposed.

Each call is one chunk of debtors in one transaction, and each chunk is consistent by itself: a run
that dies in the middle leaves debtors with proposals of this run (hidden, because it is not ready)
and debtors with those of the last one. The next run finds both living and refreshes both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.domain.decision import PlannedNotice
from core.domain.model import (
    CreditorId,
    DebtorId,
    ItemId,
    NoticeId,
    NoticeKind,
    NoticeState,
    RunId,
)
from core.errors import RuleError
from core.ports import NoticeDraft
from core.store import tables as t
from core.store.base import Repo, chunks, iso
from core.store.failures import is_clash
from core.store.notice_rows import channels_out, charges_in, charges_out, fixed_charges
from core.store.proposal_content import (
    Group,
    Living,
    group_of,
    growing_of,
    kind_of,
    pair,
    scope_of,
)

_N, _L = t.notice.c, t.notice_item.c
_INSERTED = (
    "creditor_id", "id", "run_id", "debtor_id", "kind", "currency", "procedure",
    "procedure_version", "level", "state", "scope", "living", "automation", "issue_date",
    "deadline", "total_minor", "channels", "charges",
)  # fmt: skip
_LINES = (
    "creditor_id", "notice_id", "open_item_id", "position", "level", "cycle", "living", "number",
    "kind", "invoice_date", "due_date", "total_minor", "outstanding_minor", "default_since",
    "default_rule", "counts_as_mahnung", "disputed_minor",
)  # fmt: skip
# What a person sees and approves. Run, issue date and deadline move with the run, and interest
# grows with them.
_CONTENT = (_N.procedure_version, _N.level, _N.channels)
# The source says that an invoice is somebody else's (another contact, another address).
_MOVED = "ein Posten gehört jetzt einem anderen Kunden"


class Proposals(Repo):
    def replace(
        self,
        creditor: CreditorId,
        run: RunId,
        issue_date: date,
        debtors: Sequence[DebtorId],
        drafts: Sequence[NoticeDraft],
    ) -> list[NoticeId]:
        """Returns the ids of all living proposals of these debtors, ascending."""
        if not {draft.debtor for draft in drafts} <= set(debtors):
            raise RuleError(
                "Ein Vorschlag gehört zu keinem der genannten Kunden.",
                en="A proposal belongs to none of the named debtors.",
            )
        living: dict[Group, list[Living]] = defaultdict(list)
        for part in chunks(debtors):
            for found in self._living(creditor, part):
                living[found.group].append(found)
        wanted: dict[Group, list[NoticeDraft]] = defaultdict(list)
        for draft in drafts:
            wanted[group_of(draft)].append(draft)
        kept: list[int] = []
        gone: list[int] = []
        moved: dict[tuple[date | None, str], list[int]] = defaultdict(list)
        grown: list[tuple[int, NoticeDraft]] = []
        new: list[tuple[str, NoticeDraft]] = []
        for group in {**living, **wanted}:
            pairs, over = pair(living.get(group, []), wanted.get(group, []))
            gone += over
            for draft, old in pairs:
                if old is None:
                    new.append((scope_of(draft, len(pairs)), draft))
                    continue
                kept.append(old.id)
                if not old.approved:
                    if old.growing != growing_of(draft):
                        grown.append((old.id, draft))
                    moved[draft.plan.deadline, draft.plan.automation.value].append(old.id)
        self._withdraw(creditor, gone, f"erneuert durch Mahnlauf {run}")
        self._withdraw(creditor, self._elsewhere(creditor, debtors, drafts), _MOVED)
        self._move(creditor, run, issue_date, moved)
        self._grow(creditor, grown)
        kept += self._add(creditor, run, issue_date, new)
        return [NoticeId(id_) for id_ in sorted(kept)]

    def _living(self, creditor: CreditorId, debtors: Sequence[DebtorId]) -> Iterator[Living]:
        query = sa.select(
            _N.id,
            _N.state,
            _N.debtor_id,
            _N.currency,
            _N.procedure,
            _N.kind,
            *_CONTENT,
            _N.charges,
            _N.total_minor,
            _N.scope,
        ).where(
            _N.creditor_id == creditor,
            _N.living,
            # Ordered by a person, not by a run: no run takes it away.
            _N.kind != NoticeKind.APOLOGY.value,
            self._among(_N.debtor_id, debtors),
        )
        # Locked: what leaves or is approved meanwhile is not replaced (PostgreSQL; SQLite has one
        # writer).
        rows = self._db.execute(query.order_by(_N.id).with_for_update()).all()
        lines = self._lines(creditor, [row[0] for row in rows])
        for row in rows:
            yield Living(
                id=row[0],
                group=(row[2], row[3], row[4], kind_of(row[5], row[11])),
                approved=row[1] != NoticeState.PROPOSED.value,
                content=(
                    *row[6:9],
                    fixed_charges(charges_in(row[9])),
                    tuple(line[:-2] for line in lines.get(row[0], ())),
                ),
                growing=(*row[9:11], *(line[-2:] for line in lines.get(row[0], ()))),
            )

    def _elsewhere(
        self, creditor: CreditorId, debtors: Sequence[DebtorId], drafts: Sequence[NoticeDraft]
    ) -> list[int]:
        """Living proposals to others that hold an item of the drafts: it is not theirs any more."""
        items = sorted({line.item for draft in drafts for line in draft.plan.lines})
        found: set[int] = set()
        for part in chunks(items):
            query = (
                sa.select(_N.id, _N.debtor_id)
                .join(
                    t.notice_item, sa.and_(_L.creditor_id == _N.creditor_id, _L.notice_id == _N.id)
                )
                .where(
                    _N.creditor_id == creditor,
                    _N.living,
                    _N.kind != NoticeKind.APOLOGY.value,
                    self._among(_L.open_item_id, part),
                )
                .with_for_update(of=t.notice)
            )
            own = set(debtors)
            found |= {id_ for id_, debtor in self._db.execute(query) if debtor not in own}
        return sorted(found)

    def _lines(
        self, creditor: CreditorId, notices: Sequence[int]
    ) -> Mapping[int, list[tuple[Any, ...]]]:
        found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for part in chunks(notices):
            query = sa.select(
                _L.notice_id, _L.open_item_id, _L.level, _L.cycle, _L.outstanding_minor,
                _L.total_minor, _L.number, _L.kind, _L.invoice_date, _L.due_date,
                _L.counts_as_mahnung, _L.disputed_minor, _L.default_since, _L.default_rule,
            ).where(
                _L.creditor_id == creditor,
                sa.not_(_L.dropped),
                self._among(_L.notice_id, part),
            )  # fmt: skip
            for row in self._db.execute(query.order_by(_L.notice_id, _L.position)).all():
                found[row[0]].append(tuple(row[1:]))
        return found

    def _withdraw(self, creditor: CreditorId, notices: Sequence[int], reason: str) -> None:
        for part in chunks(notices):
            self._db.execute(
                sa.update(t.notice)
                .where(_N.creditor_id == creditor, self._among(_N.id, part))
                .values(state=NoticeState.WITHDRAWN.value, living=False, reason=reason)
            )
            self._db.execute(
                sa.update(t.notice_item)
                .where(_L.creditor_id == creditor, self._among(_L.notice_id, part))
                .values(living=False)
            )

    def _move(
        self,
        creditor: CreditorId,
        run: RunId,
        issue_date: date,
        moved: Mapping[tuple[date | None, str], Sequence[int]],
    ) -> None:
        """Unchanged proposals keep their id, so that a user's list stays good."""
        for (deadline, automation), ids in moved.items():
            for part in chunks(ids):
                self._db.execute(
                    sa.update(t.notice)
                    .where(_N.creditor_id == creditor, self._among(_N.id, part))
                    .values(
                        run_id=run,
                        issue_date=issue_date,
                        deadline=deadline,
                        automation=automation,
                        reason="",
                    )
                )

    def _grow(self, creditor: CreditorId, grown: Sequence[tuple[int, NoticeDraft]]) -> None:
        """Interest and default of another day; the proposal stays the same one."""
        for id_, draft in grown:
            plan = draft.plan
            self._db.execute(
                sa.update(t.notice)
                .where(_N.creditor_id == creditor, _N.id == id_)
                .values(charges=charges_out(plan.charges), total_minor=plan.total.minor)
            )
            for line in plan.lines:
                self._db.execute(
                    sa.update(t.notice_item)
                    .where(
                        _L.creditor_id == creditor,
                        _L.notice_id == id_,
                        _L.open_item_id == line.item,
                    )
                    .values(default_since=line.default_since, default_rule=line.default_rule)
                )

    def _add(
        self,
        creditor: CreditorId,
        run: RunId,
        issue_date: date,
        drafts: Sequence[tuple[str, NoticeDraft]],
    ) -> Sequence[int]:
        if not drafts:
            return ()
        ids = self._ids(creditor, "notice", len(drafts))
        on = issue_date.isoformat()
        rows: list[tuple[object, ...]] = []
        lines: list[tuple[object, ...]] = []
        for id_, (scope, draft) in zip(ids, drafts, strict=True):
            plan = draft.plan
            rows.append(
                (
                    creditor, id_, run, draft.debtor, plan.kind.value, plan.currency,
                    draft.procedure, draft.procedure_version, plan.level,
                    NoticeState.PROPOSED.value, scope, True, plan.automation.value, on,
                    iso(plan.deadline), plan.total.minor, channels_out(plan.channels),
                    charges_out(plan.charges),
                )
            )  # fmt: skip
            lines.extend(_line_rows(creditor, id_, plan))
        try:
            # A savepoint: after a refusal we still want to ask which item it was.
            with self._db.begin_nested():
                self._bulk_insert(t.notice, _INSERTED, rows)
                self._bulk_insert(t.notice_item, _LINES, lines)
        except Exception as error:
            if not is_clash(error):
                raise
            raise self._clash(creditor, [draft for _, draft in drafts]) from error
        return ids

    def _clash(self, creditor: CreditorId, drafts: Sequence[NoticeDraft]) -> RuleError:
        """Names the item that another living notice already holds in that level and cycle."""
        lines = [line for draft in drafts for line in draft.plan.lines if line.level > 0]
        seen: set[tuple[ItemId, int, int]] = set()
        for line in lines:
            key = (line.item, line.level, line.cycle)
            if key in seen:
                return RuleError(
                    f"Posten {line.number} stünde in Stufe {line.level} zweimal.",
                    en=f"Item {line.number} would stand in level {line.level} twice.",
                )
            seen.add(key)
        for part in chunks(lines):
            query = sa.select(_L.open_item_id, _L.level, _L.cycle, _L.notice_id, _L.number).where(
                _L.creditor_id == creditor,
                _L.living,
                self._among(_L.open_item_id, [line.item for line in part]),
            )
            for item, level, cycle, notice, number in self._db.execute(query):
                if (item, level, cycle) in seen:
                    return RuleError(
                        f"Posten {number} steht in Stufe {level} schon auf Mahnung {notice}.",
                        en=f"Item {number} stands in level {level} on notice {notice} already.",
                    )
        return RuleError(
            "Ein Vorschlag widerspricht einer Mahnung, die es schon gibt.",
            en="A proposal contradicts a notice that exists already.",
        )


def _line_rows(
    creditor: CreditorId, notice: int, plan: PlannedNotice
) -> Iterator[tuple[object, ...]]:
    for position, line in enumerate(plan.lines):
        yield (
            creditor, notice, line.item, position, line.level, line.cycle,
            line.level > 0,  # a credit is no claim: it may stand on every notice
            line.number, line.kind.value, iso(line.invoice_date), iso(line.due_date),
            line.total.minor, line.outstanding.minor, iso(line.default_since), line.default_rule,
            line.counts_as_mahnung, None if line.disputed is None else line.disputed.minor,
        )  # fmt: skip
