"""What may stand on a letter as the page where a debtor sends his money."""

from __future__ import annotations

import pytest

from core.domain.pay_ways import is_pay_link


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        ("https://pay.beispiel.example/i/1?s=ap", True),
        ("HTTPS://pay.beispiel.example/", True),
        ("http://127.0.0.1:8080/i/1", True),
        ("http://pay.beispiel.example/i/1", False),
        ("http://127.0.0.1.boese.example/", False),
        ("https://bank.example@boese.example/", False),
        ("https://boese.example\\@bank.example/", False),
        ("https://", False),
        ("https://[::1/", False),
        ("https://a.example:99999/", False),
        ("https://a.example/ä", False),
        ("https://a.example/a b", False),
        ("https://a.example/\nBcc:x", False),
        ("javascript:alert(1)", False),
        ("//a.example/", False),
        ("", False),
        ("https://a.example/" + "x" * 1982, True),
        ("https://a.example/" + "x" * 1983, False),
    ],
    ids=str,
)
def test_what_may_stand_on_a_letter_as_a_link(text: str, usable: bool) -> None:
    assert is_pay_link(text) is usable
