"""Contract: each way in which a platform fails ends in the error that says who must act."""

from __future__ import annotations

import pytest
from mirror import Mirror
from scenario import ATTEMPTS, Fault, Scenario

from core.errors import (
    AuthFailed,
    ConnectorError,
    MalformedResponse,
    RateLimited,
    Rejected,
    Unreachable,
)
from core.ports import PlatformConnector


def read(scenario: Scenario, connector: PlatformConnector | None = None) -> Mirror:
    """The stream of invoices, read to its end."""
    mirror = Mirror()
    mirror.sync(connector or scenario.connector(), scenario.scope, ("invoices",))
    return mirror


def fails_with(error: type[ConnectorError], scenario: Scenario, **how: float) -> ConnectorError:
    """Reading fails with that very error, and nothing was read."""
    mirror = Mirror()
    with pytest.raises(ConnectorError) as caught:
        mirror.sync(scenario.connector(**how), scenario.scope, ("invoices",))
    assert isinstance(caught.value, error)
    assert mirror.invoice == {}
    return caught.value


def assert_refused_once(scenario: Scenario, status: int) -> None:
    """Nothing was asked twice, and no more than may be refused by itself."""
    asked = [(each.path, each.query) for each in scenario.requests]
    assert {each.status for each in scenario.requests} == {status}
    assert 1 <= len(asked) <= scenario.refusals
    assert len(asked) == len(set(asked))


class Faults:
    @pytest.fixture
    def single(self, scenario: Scenario) -> str:
        return scenario.add_invoice("119.00")

    def test_a_refusal_is_waited_out(self, scenario: Scenario, single: str) -> None:
        """429: the budget is told for how long, and the same request then succeeds."""
        scenario.fault(Fault.THROTTLE)
        assert sorted(read(scenario).invoice) == [single]
        assert scenario.gate.refused == [scenario.retry_after]
        assert scenario.gate.eases == 1

    def test_a_platform_that_only_refuses_is_left_alone(
        self, scenario: Scenario, single: str
    ) -> None:
        scenario.fault(Fault.THROTTLE, times=999)
        assert fails_with(RateLimited, scenario).exit_code == 75
        # Being told to wait is no failure: twice as many tries.
        assert 2 <= len(scenario.requests) <= 2 * ATTEMPTS
        scenario.clear_faults()
        assert sorted(read(scenario).invoice) == [single]

    def test_every_request_asks_the_budget(self, scenario: Scenario, single: str) -> None:
        scenario.fault(Fault.ERROR)
        read(scenario)
        assert scenario.gate.waits == len(scenario.requests) >= 2

    def test_a_single_error_is_survived(self, scenario: Scenario, single: str) -> None:
        scenario.fault(Fault.ERROR)
        assert sorted(read(scenario).invoice) == [single]
        assert len(scenario.naps) == 1

    def test_errors_end_after_the_last_try(self, scenario: Scenario, single: str) -> None:
        scenario.fault(Fault.ERROR, times=999)
        error = fails_with(Unreachable, scenario)
        assert (error.exit_code, error.connector, error.status) == (69, scenario.slug, 500)
        assert [each.status for each in scenario.requests] == [500] * ATTEMPTS

    def test_silence_ends_in_unreachable(self, scenario: Scenario, single: str) -> None:
        scenario.fault(Fault.SILENCE, times=999)
        assert fails_with(Unreachable, scenario, timeout=0.03).exit_code == 69

    def test_a_broken_connection_is_tried_again(self, scenario: Scenario, single: str) -> None:
        scenario.fault(Fault.RESET)
        assert sorted(read(scenario).invoice) == [single]

    def test_connections_that_always_break_end_in_unreachable(
        self, scenario: Scenario, single: str
    ) -> None:
        scenario.fault(Fault.RESET, times=999)
        fails_with(Unreachable, scenario)

    def test_a_bad_request_is_not_repeated(self, scenario: Scenario, single: str) -> None:
        scenario.fault(Fault.BAD_REQUEST, times=999)
        error = fails_with(Rejected, scenario)
        assert (error.exit_code, error.status) == (70, 400)
        assert_refused_once(scenario, 400)

    def test_a_revoked_key_is_not_tried_again(self, scenario: Scenario, single: str) -> None:
        scenario.fault(Fault.UNAUTHORIZED, times=999)
        assert fails_with(AuthFailed, scenario).exit_code == 77
        assert_refused_once(scenario, 401)

    def test_a_page_of_a_gateway_is_malformed(self, scenario: Scenario, single: str) -> None:
        scenario.fault(Fault.HTML, times=999)
        assert fails_with(MalformedResponse, scenario).exit_code == 70

    def test_half_an_answer_is_no_answer(self, scenario: Scenario, single: str) -> None:
        scenario.fault(Fault.TRUNCATED, times=999)
        error = fails_with(ConnectorError, scenario)
        assert isinstance(error, MalformedResponse | Unreachable)

    def test_an_empty_answer_is_no_empty_book(self, scenario: Scenario, single: str) -> None:
        scenario.fault(Fault.EMPTY, times=999)
        error = fails_with(ConnectorError, scenario)
        assert isinstance(error, MalformedResponse | Unreachable)

    def test_another_shape_is_malformed(self, scenario: Scenario, single: str) -> None:
        scenario.fault(Fault.SHAPE, times=999)
        fails_with(MalformedResponse, scenario)

    def test_an_error_in_a_good_answer_is_no_empty_book(
        self, scenario: Scenario, single: str
    ) -> None:
        """Status 200, but the body says that nothing was done."""
        scenario.fault(Fault.REFUSED, times=999)
        fails_with(ConnectorError, scenario)

    def test_errors_say_what_to_do_in_both_languages(self, scenario: Scenario, single: str) -> None:
        sentences = set()
        for fault in (Fault.UNAUTHORIZED, Fault.ERROR, Fault.THROTTLE, Fault.HTML):
            scenario.fault(fault, times=999)
            error = fails_with(ConnectorError, scenario)
            scenario.clear_faults()
            sentences |= {error.sentence("de"), error.sentence("en")}
        assert len(sentences) == 8
        assert [each for each in sentences if not each.strip()] == []
