"""The connector of Stripe keeps the contract, against our stand-in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from platform_suite import PlatformSuite
from stripe_scenario import StripeScenario


class TestStripe(PlatformSuite):
    @pytest.fixture
    def scenario(self) -> Iterator[StripeScenario]:
        with StripeScenario() as started:
            yield started
