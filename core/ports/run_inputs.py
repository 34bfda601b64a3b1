"""What a run decided from, kept beside its verdicts so that it can be replayed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from core.domain.model import Account, CreditorId, RunId
from core.ports.books import QuietItem


class Outcome(NamedTuple):
    """What came out of one account, or of one chunk of quiet items, to find a difference again.

    ``notices``: kind, currency, level, total and deadline of each, as text.
    """

    digest: str  # beginning of the sha256 of its entry in the document of decisions
    notices: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class InputChunk:
    """A piece of what a run decided from: quiet items, or whole accounts, with what came out.

    ``outcomes`` has one entry for all quiet items together, or one for each account.
    """

    quiet: Sequence[QuietItem] = ()
    accounts: Sequence[Account] = ()
    outcomes: Sequence[Outcome] = ()


class RunInputRepo(Protocol):
    def add_settings(
        self, creditor: CreditorId, run: RunId, settings: Mapping[str, object]
    ) -> None:
        """Rules and calendars of the whole run, in JSON's terms."""
        ...

    def add_chunk(self, creditor: CreditorId, run: RunId, seq: int, chunk: InputChunk) -> None:
        """The ``seq``-th chunk, counted from 1."""
        ...

    def settings(self, creditor: CreditorId, run: RunId) -> Mapping[str, object] | None:
        """None when the run stored none: it is older, or was broken off."""
        ...

    def chunks(self, creditor: CreditorId, run: RunId) -> Iterator[InputChunk]:
        """All chunks in order; the caller keeps the transaction open.

        Raises:
            RuleError: what is stored cannot be read.
        """
        ...
