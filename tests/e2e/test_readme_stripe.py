"""The commands of README.md, typed with ``stripe`` as it says, against the stand-in."""

import pytest
from readme_office import book_of, mails, typed

from sandbox.demo_stripe import OWED
from sandbox.demo_stripe import office as demo_office

IBAN = "DE02120300000000202051"  # of the creditor


@pytest.fixture
def platform(office, monkeypatch):
    with book_of(demo_office, monkeypatch) as sandbox:
        yield sandbox


def test_the_commands_of_the_readme_lead_from_the_restricted_key_to_a_mail(office, platform):
    # What is paid goes through Stripe: nobody says until when it is booked.
    told = typed(office, platform, "stripe", rate=100, leave=("booked-until",))
    assert list(told) == ["connect", "onboard", "run", "approve", "send"]
    warned = told["connect"].out + told["connect"].err
    assert "Erinnerungen" in warned  # of Stripe: how to switch them off
    sent = mails(office)
    assert len(sent) == len(OWED) + 2  # a currency each, and the two who pay in time in the demo
    bodies = [mail.get_body(("plain",)).get_content() for mail in sent]
    assert [text for text in bodies if "https://" not in text] == []  # the pay link
    assert [text for text in bodies if IBAN in text.replace(" ", "")] == []
