"""Money comes at any moment between decision and hand-over, with a webhook or without.

No notice leaves for a paid invoice unless the payment became visible at its platform after the last
look: at the instant of the hand-over each invoice on it is owed exactly as its platform showed it
when it was read last.
"""

from __future__ import annotations

from contextlib import closing

import pytest
from fire import size
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from payment_story import MOMENTS, Story

from sandbox.mailbox import Mailbox

pytestmark = pytest.mark.timeout(size(120, 3600))
ACTIONS = ("pay", "pay", "part", "back", "event", "event", "late", "work", "sync")
PLANS = st.lists(
    st.tuples(st.integers(0, MOMENTS - 1), st.tuples(st.sampled_from(ACTIONS), st.integers(0, 2))),
    max_size=7,
)
CALM = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory):
    with Mailbox(tmp_path_factory.mktemp("mails")) as running:
        yield running


def played(folder, mailbox, platform, plan):
    with closing(Story(folder, mailbox, platform, plan)) as story:
        story.play()
        story.judge()
    return story


@settings(max_examples=size(12, 3000), suppress_health_check=CALM)
@given(plan=PLANS)
def test_on_a_platform_in_memory(tmp_path_factory, mailbox, plan):
    played(tmp_path_factory.mktemp("office"), mailbox, "fake", plan)


@settings(max_examples=size(2, 300), suppress_health_check=CALM)
@given(plan=PLANS)
def test_at_the_stand_in_of_lexoffice(tmp_path_factory, mailbox, plan):
    played(tmp_path_factory.mktemp("office"), mailbox, "lexoffice", plan)


@settings(max_examples=size(2, 300), suppress_health_check=CALM)
@given(plan=PLANS)
def test_at_the_stand_in_of_stripe(tmp_path_factory, mailbox, plan):
    played(tmp_path_factory.mktemp("office"), mailbox, "stripe", plan)


@pytest.mark.parametrize("webhook", [True, False], ids=["webhook", "none"])
@pytest.mark.parametrize("at", range(0, MOMENTS, size(4, 1)))
def test_one_payment_at_every_moment(tmp_path, mailbox, at, webhook):
    """The one story that must be right at every moment, told moment by moment."""
    plan = [(at, ("pay", 0))]
    if webhook:
        plan += [(at, ("event", 0)), (at, ("work", 0))]
    played(tmp_path, mailbox, "fake", plan)


def test_without_its_last_look_the_story_would_be_told_wrongly(tmp_path, mailbox, monkeypatch):
    """The rig can fail: nothing is read again, and a paid invoice is reminded of."""
    monkeypatch.setattr("core.services.deliver_source.Source.look", lambda *_args, **_kw: None)
    with pytest.raises(AssertionError, match="shown was"):
        played(tmp_path, mailbox, "fake", [(2, ("pay", 0))])
