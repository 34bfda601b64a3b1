"""What a notice is given right before it is rendered: ways to pay it, and originals of its mail."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.services.attachments import Originals
from core.services.deliver_compare import Stop
from core.services.deliver_look import Cleared
from core.services.pay_ways import PayDesk


@dataclass(slots=True)
class Prepare:
    """For all notices of one send."""

    originals: Originals
    pay: PayDesk

    def prepared(self, cleared: Cleared, channel: str, tried: list[str]) -> Cleared | Stop:
        """The notice as it leaves on ``channel``; what is missing joins the reasons."""
        if cleared.taken_back is not None:
            return cleared
        payable = self.pay.equip(cleared, tried)
        if isinstance(payable, Stop) or channel != "email":
            return payable
        enclosed = self.originals.of(payable)
        if isinstance(enclosed, Stop):
            return enclosed
        tried += enclosed.missing
        return replace(payable, attachments=enclosed.files)
