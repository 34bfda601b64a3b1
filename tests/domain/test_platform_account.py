"""Whose account a key opens, also where nothing named it at first."""

from __future__ import annotations

from core.domain.platform_records import AccountInfo


def test_an_account_is_one_by_its_id_and_by_what_stood_for_it_before() -> None:
    account = AccountInfo("acct_1", "Muster GmbH", aliases=("http://127.0.0.1:8900",))
    asked = ("acct_1", "http://127.0.0.1:8900", "acct_2", "")
    assert [account.is_one(id_) for id_ in asked] == [True, True, False, False]
