"""A setting that does nothing without another one is refused, not kept in silence."""

import pytest

from connectors.stripe.platform import PLATFORM
from core.errors import UsageError
from core.services.connection_settings import check_together


@pytest.mark.parametrize("other", [{}, {"write_back": "no"}])
def test_to_pause_reminders_takes_the_right_to_write(other):
    """Otherwise Stripe would go on reminding, and the customer would get two mails."""
    with pytest.raises(UsageError) as refused:
        check_together(PLATFORM, {"pause_reminders": "yes", **other})
    assert "--set write_back=yes --set pause_reminders=yes" in str(refused.value)
    assert "works only with write_back=yes" in refused.value.en


@pytest.mark.parametrize(
    "settings",
    [{}, {"pause_reminders": "no"}, {"pause_reminders": "yes", "write_back": "yes"}],
)
def test_what_goes_together_is_taken(settings):
    check_together(PLATFORM, settings)
