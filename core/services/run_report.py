"""What a run tells: a verdict for every item, and what it proposed or would propose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.domain.decision import Decision, PlannedNotice, Verdict
from core.domain.model import Account, ConnectionId, NoticeId, RunId
from core.ports import QuietItem


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """A verdict with the names that a user knows the item by."""

    connection: str
    number: str
    external_id: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class PlannedFor:
    """A notice that a dry run would propose."""

    debtor: str
    procedure: str
    plan: PlannedNotice


@dataclass(slots=True)
class RunReport:
    """``run`` is None for a dry run, which writes nothing and lists ``planned`` instead.

    ``head`` is the head of the event log after the run: noted outside, it proves later that
    nothing before it was changed. ``decisions_sha256`` is what a replay has to come to.
    """

    run: RunId | None
    on: date
    proposals: list[NoticeId] = field(default_factory=list)
    verdicts: list[ItemVerdict] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    planned: list[PlannedFor] = field(default_factory=list)
    head: str = ""
    decisions_sha256: str = ""


def quiet_rows(
    items: Sequence[QuietItem], verdicts: Sequence[Verdict], names: Mapping[ConnectionId, str]
) -> Iterator[ItemVerdict]:
    for item, verdict in zip(items, verdicts, strict=True):
        yield ItemVerdict(names[item.connection], item.number, item.external_id, verdict)


def named_rows(
    account: Account, decision: Decision, names: Mapping[ConnectionId, str]
) -> list[ItemVerdict]:
    items = {item.id: item for item in account.items}
    return [
        ItemVerdict(names[item.connection], item.number, item.external_id, verdict)
        for verdict in decision.verdicts
        for item in (items[verdict.item],)
    ]
