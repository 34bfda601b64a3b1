"""Which way the money of a notice goes: a platform's page or account, or the creditor's account.

Money that is sent to the creditor's own bank leaves an invoice open at a platform that does not
see that bank: the debtor would have paid and be dunned again. So an item of such a platform is
paid there, and the creditor's account is named for the sum of all the others only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from core.domain.model import ItemId, Notice, NoticeLine
from core.domain.money import Money, total
from core.domain.platform_records import PayAccount

LONGEST_LINK = 2000
_HERE = "127.0.0.1"  # a stand-in for a platform on this machine needs no https


class PayWay(NamedTuple):
    """How one item is paid at its platform.

    ``own_account``: the creditor's account takes the money too, because he books it there.
    ``whole``: what the page asks for when that is another amount than the notice demands (an
    instalment, or a part in dispute); None = the same.
    """

    link: str = ""
    account: PayAccount | None = None
    own_account: bool = False
    whole: Money | None = None


PayWays = Mapping[ItemId, PayWay]


@dataclass(frozen=True, slots=True)
class PaySplit:
    """The lines of a notice by where their money goes; its total is the sum of the three amounts.

    ``own``: claims and credits that the creditor's account takes, together with the demanded
    charges (``own_sum``). ``apart``: charges that no way takes.
    """

    online: tuple[NoticeLine, ...]
    own: tuple[NoticeLine, ...]
    online_sum: Money
    own_sum: Money
    apart: Money

    @property
    def names_own_account(self) -> bool:
        return self.own_sum.amount > 0

    @property
    def payable(self) -> Money:
        """What the notice asks for now."""
        return self.online_sum + self.own_sum

    @property
    def uneven(self) -> bool:
        """True when credits are more than what they can be set off against: a page of a platform
        always asks for the whole of its invoice.
        """
        return self.own_sum.amount < 0


def split(notice: Notice, ways: PayWays) -> PaySplit:
    """Where the money of ``notice`` goes. Items without a way are paid to the creditor's account."""
    own: list[NoticeLine] = []
    online: list[NoticeLine] = []
    for line in notice.lines:
        (online if _is_online(line, ways) else own).append(line)
    currency = notice.currency
    charges = notice.total - total((line.outstanding for line in notice.lines), currency)
    takes = not online or any(line.outstanding.amount > 0 for line in own)
    own_sum = total((line.outstanding for line in own), currency)
    none = Money.zero(currency)
    return PaySplit(
        tuple(online),
        tuple(own),
        total((line.outstanding for line in online), currency),
        own_sum + charges if takes else own_sum,
        none if takes else charges,
    )


def _is_online(line: NoticeLine, ways: PayWays) -> bool:
    way = ways.get(line.item)
    return way is not None and not way.own_account and line.outstanding.amount > 0


def is_pay_link(text: str) -> bool:
    """True for what may stand on a letter as the page where money is sent: https, printable ASCII,
    at most 2,000 characters, without a name before the host that would hide where it leads.
    """
    if not 0 < len(text) <= LONGEST_LINK or not all("!" <= sign <= "~" for sign in text):
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or "\\" in text:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host == _HERE)
