"""Which state may follow which: notices and deliveries (architecture §4.7, §4.8)."""

from __future__ import annotations

from collections.abc import Mapping

from core.domain.model import DeliveryState, NoticeState
from core.errors import IllegalTransition

_N, _D = NoticeState, DeliveryState

# States in which a notice is still a proposal, and those that free its items for another one.
LIVING = frozenset({_N.PROPOSED, _N.APPROVED, _N.HELD})
FREEING = frozenset({_N.REJECTED, _N.WITHDRAWN, _N.FAILED})

NOTICE: Mapping[NoticeState, frozenset[NoticeState]] = {
    # A proposal becomes approved by `approve` only, which records by whom and for what.
    _N.PROPOSED: frozenset({_N.HELD, _N.REJECTED, _N.WITHDRAWN}),
    # Back to proposed: the approval ran out, or what was approved has changed.
    _N.APPROVED: frozenset(
        {_N.PROPOSED, _N.HELD, _N.HANDING_OVER, _N.REJECTED, _N.WITHDRAWN, _N.FAILED}
    ),
    _N.HELD: frozenset(
        {_N.HELD, _N.PROPOSED, _N.APPROVED, _N.HANDING_OVER, _N.REJECTED, _N.WITHDRAWN, _N.FAILED}
    ),
    # Again handing_over: the next channel after a refusal. Back to approved or held: the channel
    # said for certain that nothing left.
    _N.HANDING_OVER: frozenset(
        {_N.HANDING_OVER, _N.APPROVED, _N.HELD, _N.SENT, _N.PRINTED, _N.FAILED, _N.UNKNOWN}
    ),
    # Only a person closes it: as sent, or as not sent (failed), which frees its items.
    _N.UNKNOWN: frozenset({_N.SENT, _N.FAILED}),
    # Printed again with a new deadline, posted, or thrown away.
    _N.PRINTED: frozenset({_N.PRINTED, _N.SENT, _N.WITHDRAWN}),
    # Taken back by a person, or come back: what it did is undone (``core.services.undo_sent``).
    _N.SENT: frozenset({_N.WITHDRAWN, _N.FAILED}),
    _N.FAILED: frozenset(),
    _N.REJECTED: frozenset(),
    # A printed letter that was withdrawn and had been posted all the same.
    _N.WITHDRAWN: frozenset({_N.SENT}),
}

DELIVERY: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    _D.RESERVED: frozenset({_D.FAILED}),  # beyond that only by way of handing_over
    _D.HANDING_OVER: frozenset({_D.SENT, _D.PRINTED, _D.FAILED, _D.UNKNOWN}),
    _D.UNKNOWN: frozenset({_D.SENT, _D.FAILED}),
    _D.PRINTED: frozenset({_D.SENT, _D.FAILED}),  # posted, or thrown away
    _D.SENT: frozenset({_D.FAILED}),  # the mail came back
    _D.FAILED: frozenset(),
}


def check_notice(notice: int, old: NoticeState, new: NoticeState) -> None:
    """Raises IllegalTransition when ``new`` may not follow ``old``."""
    if new not in NOTICE[old]:
        raise IllegalTransition(
            f"Mahnung {notice} ist „{old}“ und kann nicht „{new}“ werden.",
            en=f"Notice {notice} is {old} and cannot become {new}.",
        )


def check_delivery(delivery: int, old: DeliveryState, new: DeliveryState) -> None:
    """Raises IllegalTransition when ``new`` may not follow ``old``."""
    if new not in DELIVERY[old]:
        raise IllegalTransition(
            f"Versand {delivery} ist „{old}“ und kann nicht „{new}“ werden.",
            en=f"Delivery {delivery} is {old} and cannot become {new}.",
        )
