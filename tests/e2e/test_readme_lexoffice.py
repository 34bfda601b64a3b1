"""The commands that README.md gives for lexoffice, typed as they stand there, against the stand-in."""

import pytest
from readme_office import attached, book_of, typed

from sandbox.demo_lexoffice import office as demo_office


@pytest.fixture
def platform(office, monkeypatch):
    with book_of(demo_office, monkeypatch) as sandbox:
        yield sandbox


def test_the_commands_of_the_readme_lead_from_the_key_to_a_mail_with_its_invoice(office, platform):
    told = typed(office, platform, rate=10)
    assert list(told) == ["connect", "onboard", "booked-until", "run", "approve", "send"]
    assert "Auf der Plattform schon gemahnt" in told["onboard"].out
    assert "Lauf 1:" in told["run"].out
    assert "0 nicht" in told["approve"].out
    assert sorted(name for name in attached(office) if name.startswith("Rechnung_")) == [
        "Rechnung_R-2001.pdf",
        "Rechnung_R-2002.pdf",
        "Rechnung_R-2003.pdf",
    ]
