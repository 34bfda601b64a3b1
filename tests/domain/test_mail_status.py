"""What the status of a returned mail says of its address (RFC 3463)."""

import pytest

from core.domain.mail_status import Fate, fate


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        ("failed", "5.1.1", Fate.NO_ADDRESS),  # bad destination mailbox address
        ("failed", "5.1.2", Fate.NO_ADDRESS),  # bad destination system address
        ("failed", "5.1.10", Fate.NO_ADDRESS),  # null MX (RFC 7505)
        ("failed", "5.0.0", Fate.NO_ADDRESS),  # a server that only says that it is for good
        ("failed", "5.2.1", Fate.NO_ADDRESS),  # mailbox disabled
        ("failed", "5.4.1", Fate.NO_ADDRESS),  # what some servers say of a recipient they lack
        ("failed", "5.4.4", Fate.NO_ADDRESS),  # unable to route: the domain is gone
        ("Failed ", " 5.1.1 (bad mailbox)", Fate.NO_ADDRESS),
        ("failed", "5.1.8", Fate.LOST),  # our own address is what they dislike
        ("failed", "5.2.2", Fate.LOST),  # mailbox full
        ("failed", "5.3.4", Fate.LOST),  # too big for the system
        ("failed", "5.4.7", Fate.LOST),  # delivery time expired
        ("failed", "5.7.1", Fate.LOST),  # taken for spam
        ("failed", "4.4.7", Fate.LOST),  # given up after days
        ("failed", "", Fate.LOST),
        ("failed", "kaputt", Fate.LOST),
        ("failed", "2.0.0", Fate.LOST),  # contradicts itself: it is lost, the address may be good
        ("delayed", "4.2.0", Fate.UNDER_WAY),
        ("delivered", "2.1.5", Fate.ARRIVED),
        ("relayed", "2.0.0", Fate.ARRIVED),
        ("expanded", "2.0.0", Fate.ARRIVED),
        ("geplatzt", "5.1.1", Fate.UNKNOWN),
        ("", "5.1.1", Fate.UNKNOWN),
    ],
)
def test_the_fate_of_a_mail(action, status, expected):
    assert fate(action, status) is expected
