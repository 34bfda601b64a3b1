"""What somebody might try: foreign ids, foreign pages, names that are code, odd addresses."""

import re

import pytest
from desk_visit import EVIL, DeskRig

from core.domain.model import NoticeState


@pytest.fixture
def rig(tmp_path):
    it = DeskRig(tmp_path)
    yield it
    it.close()


@pytest.fixture
def ids(rig):
    return rig.customers()


def test_one_creditor_sees_and_decides_nothing_of_another(rig, ids):
    max_ = rig.logged_in("Max", rig.another_creditor())
    seen = rig.logged_in().get(f"/desk/notices/{ids[0]}").hidden("seen")
    page = max_.get("/desk/")
    assert "Andere GmbH" in page.text
    assert "alle offenen 0" in page.text
    for path in (f"notices/{ids[0]}", f"notices/{ids[0]}/letter.pdf", "items/1"):
        answer = max_.get(f"/desk/{path}")
        assert answer.status == 404
        assert "Beispiel Bau" not in answer.html
    tries = [
        (f"notices/{ids[0]}/approve", {"seen": seen}),
        ("approve", {"pick": ids[0], f"seen-{ids[0]}": seen}),
        (f"notices/{ids[0]}/reject", {"reason": "x"}),
        (f"notices/{ids[0]}/drop", {"item": 1}),
        (f"notices/{ids[0]}/resolve", {"outcome": "sent"}),
        ("posted", {"pick": ids[0]}),
    ]
    for path, fields in tries:
        max_.post(f"/desk/{path}", page, **fields)
    max_.post("/desk/switch", page, to="stop")
    assert not rig.office.creditor.stopped
    assert [rig.state(each) for each in ids] == [NoticeState.PROPOSED] * 4
    assert len(rig.office.notice(ids[0]).lines) == 2


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_from_another_page_is_refused_even_with_a_token(rig, ids, site):
    erika = rig.logged_in()
    page = erika.get(f"/desk/notices/{ids[0]}")
    data = {"csrf_token": page.hidden("csrf_token"), "seen": page.hidden("seen")}
    answer = erika.client.post(
        f"/desk/notices/{ids[0]}/approve", data=data, headers={"Sec-Fetch-Site": site}
    )
    assert answer.status_code == 400
    assert rig.state(ids[0]) is NoticeState.PROPOSED


@pytest.mark.parametrize("token", [None, "", "made-up"], ids=["none", "empty", "made-up"])
def test_a_form_without_our_token_is_refused_by_old_browsers_too(rig, ids, token):
    erika = rig.logged_in()
    seen = erika.get(f"/desk/notices/{ids[0]}").hidden("seen")
    data = {"seen": seen} | ({} if token is None else {"csrf_token": token})
    for path in (f"notices/{ids[0]}/approve", "approve", "switch", "logout", "language", "posted"):
        answer = erika.client.post(f"/desk/{path}", data=data | {"to": "stop"})
        assert answer.status_code == 400, path
    assert "es wurde nichts geändert" in answer.get_data(as_text=True)
    assert rig.state(ids[0]) is NoticeState.PROPOSED
    assert not rig.office.creditor.stopped


def test_a_token_of_another_session_does_not_work_here(rig, ids):
    erika, max_ = rig.logged_in(), rig.logged_in("Max")
    assert max_.post("/desk/switch", erika.get("/desk/"), to="stop").status == 400
    assert not rig.office.creditor.stopped


def test_names_and_reasons_that_look_like_code_stay_text(rig, ids):
    erika = rig.logged_in(f"Erika {EVIL}"[:80])
    one = ids[2]
    page = erika.get(f"/desk/notices/{one}")
    pages = [
        erika.get("/desk/"),
        page,
        erika.get(f"/desk/items/{rig.office.item(f'RE-4{EVIL}').id}"),
    ]
    pages.append(erika.post(f"/desk/notices/{one}/reject", page, reason=f"{{{{7*7}}}} {EVIL}"))
    for each in pages:
        assert not re.search(r"<script|<img|onerror=(?!alert\(2\)&gt;)", each.html)
    assert EVIL in page.text.replace(" >", ">")
    assert "{{7*7}}" in pages[-1].text


def test_nothing_is_changed_by_looking(rig, ids):
    erika = rig.logged_in()
    for path in ("approve", "posted", "switch", "logout", "language", f"notices/{ids[0]}/approve",
                 f"notices/{ids[0]}/drop", f"notices/{ids[0]}/reject"):  # fmt: skip
        assert erika.get(f"/desk/{path}").status == 405, path


def test_every_answer_forbids_frames_scripts_caches_and_referrers(rig, ids):
    erika = rig.logged_in()
    for path in ("/desk/", f"/desk/notices/{ids[0]}", "/desk/notices/999", rig.link()):
        headers = erika.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
    html = erika.get(f"/desk/notices/{ids[0]}").html
    assert " style=" not in html
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", html)


@pytest.mark.parametrize("field", ["next", "to", "state", "page", "url"])
def test_no_form_sends_anybody_elsewhere(rig, ids, field):
    erika = rig.logged_in()
    token = erika.get("/desk/").hidden("csrf_token")
    evil = "//evil.example/" if field != "page" else "1&x=//evil.example"
    for path in ("approve", "posted", "switch", "language"):
        answer = erika.client.post(
            f"/desk/{path}?{field}={evil}",
            data={"csrf_token": token, field: evil},
            headers={"Host": "localhost"},
        )
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/desk/")


def test_links_do_not_follow_a_foreign_host_header(rig):
    path = rig.link()
    answer = rig.web.test_client().get(path, headers={"Host": "evil.example"})
    assert "evil.example" not in answer.get_data(as_text=True)


def test_ids_that_no_table_can_hold_are_refused(rig, ids):
    erika = rig.logged_in()
    page = erika.get("/desk/")
    for odd in ("9" * 30, "-1", "1e3", "x", "٣", "²", ""):
        answer = erika.post("/desk/approve", page, pick=odd)
        assert answer.status in (200, 404), odd
    assert [rig.state(each) for each in ids] == [NoticeState.PROPOSED] * 4
