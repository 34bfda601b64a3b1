"""The commands of README.md, typed with ``sevdesk`` as it says, against the stand-in."""

import pytest
from readme_office import attached, book_of, typed

from sandbox.demo_sevdesk import office as demo_office


@pytest.fixture
def platform(office, monkeypatch):
    with book_of(demo_office, monkeypatch) as sandbox:
        yield sandbox


def test_the_commands_of_the_readme_lead_from_the_token_to_a_mail(office, platform):
    # sevDesk says itself until when its bank was read.
    told = typed(office, platform, "sevdesk", rate=50, leave=("booked-until",))
    assert list(told) == ["connect", "onboard", "run", "approve", "send"]
    assert sorted(name for name in attached(office) if name.startswith(("S-", "RE-"))) == [
        "RE-1027.pdf", "S-3001.pdf", "S-3002.pdf", "S-3005.pdf",
    ]  # fmt: skip
