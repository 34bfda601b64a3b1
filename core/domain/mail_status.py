"""What the status of a mail that came back says of the address (RFC 3463, RFC 3464).

A mail server that gives up says so by the action "failed" (RFC 3464 §2.3.3); the status says why:
class, subject and detail. Only some causes lie with the address; a full mailbox, a mail that is
too large or that was taken for spam says nothing about whether the address exists.
"""

from __future__ import annotations

import re
from enum import StrEnum

_CODE = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})", re.ASCII)


class Fate(StrEnum):
    """What became of a mail for one recipient."""

    ARRIVED = "arrived"  # delivered, relayed, or handed to the members of a list
    UNDER_WAY = "under_way"  # the server goes on trying
    LOST = "lost"  # it gave up for a cause that may pass, or that does not lie with the address
    NO_ADDRESS = "no_address"  # it gave up because of the address
    UNKNOWN = "unknown"  # an action that RFC 3464 does not know


_ARRIVED = frozenset({"delivered", "relayed", "expanded"})
# Permanent causes (class 5) that do not lie with the recipient's address, by subject and detail;
# None = every detail. Source: RFC 3463 §3.2-3.8 and IANA "SMTP Enhanced Status Codes".
_NOT_THE_ADDRESS = frozenset(
    {
        ("1", "7"),  # the sender's mailbox syntax
        ("1", "8"),  # the sender's system
        ("2", "2"),  # mailbox full
        ("2", "3"),  # larger than this mailbox takes
        ("2", "4"),  # trouble expanding a mailing list
        ("3", None),  # the mail system: full, not taking mail now, message too big for it
        ("4", "0"),
        ("4", "2"),  # bad connection
        ("4", "3"),  # a directory server failed
        ("4", "5"),  # congestion
        ("4", "6"),  # routing loop
        ("4", "7"),  # delivery time expired
        ("5", None),  # the protocol between two servers
        ("6", None),  # what the mail contains
        ("7", None),  # security and policy: taken for spam, sender not allowed
    }
)


def fate(action: str, status: str) -> Fate:
    """From the fields Action and Status of one recipient, as they stand in the report.

    A class 4 whose action is "failed" was given up after trying for long: the mail is lost, the
    address may be good. A failure without a readable status says nothing of the address either.
    """
    said = action.strip().lower()
    if said in _ARRIVED:
        return Fate.ARRIVED
    if said == "delayed":
        return Fate.UNDER_WAY
    if said != "failed":
        return Fate.UNKNOWN
    code = _CODE.search(status)
    if code is None or code[1] != "5":
        return Fate.LOST
    subject, detail = code[2], code[3]
    if (subject, None) in _NOT_THE_ADDRESS or (subject, detail) in _NOT_THE_ADDRESS:
        return Fate.LOST
    return Fate.NO_ADDRESS
