"""Coming in: a link works once and for a quarter of an hour, a session for twelve hours."""

import pytest
from desk_visit import SECRET, DeskRig

from core.services.logins import end_all, make_link
from webhook_app.app import create_app


@pytest.fixture
def rig(tmp_path):
    it = DeskRig(tmp_path)
    yield it
    it.close()


def cookie_of(page):
    return page.headers.get("Set-Cookie", "")


def test_looking_at_a_link_uses_nothing_and_pressing_its_button_does(rig):
    path = rig.link("Erika Beispiel")
    for _ in range(3):  # a mail program previews it, a scanner follows it, she opens it
        page = rig.browser().get(path)
        assert page.status == 200
        assert "Erika Beispiel bei Muster Handels GmbH" in page.text
    erika = rig.browser()
    inside = erika.post(path, erika.get(path))
    assert "Abmelden" in inside.text
    assert "Erika Beispiel" in inside.text
    late = rig.browser()
    assert late.get(path).status == 410
    # Whoever had the form open before her button was pressed is too late as well.
    assert erika.get("/desk/").status == 200


def test_two_who_press_the_button_of_one_link_are_one_session(rig):
    path = rig.link()
    first, second = rig.browser(), rig.browser()
    shown, shown_too = first.get(path), second.get(path)
    assert first.post(path, shown).status == 200
    assert second.post(path, shown_too).status == 410
    assert second.get("/desk/").status == 401


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (15, 410)])
def test_a_link_is_good_for_a_quarter_of_an_hour(rig, minutes, status):
    path = rig.link()
    rig.clock.advance(minutes=minutes)
    assert rig.browser().get(path).status == status


@pytest.mark.parametrize(("hours", "status"), [(11, 200), (12, 401)])
def test_a_session_is_good_for_twelve_hours_however_busy(rig, hours, status):
    erika = rig.logged_in()
    rig.clock.advance(hours=6)
    assert erika.get("/desk/").status == 200
    rig.clock.advance(hours=hours - 6)
    assert erika.get("/desk/").status == status


def test_who_logs_out_is_out_even_with_a_copy_of_the_cookie(rig):
    erika = rig.logged_in()
    copy = erika.client.get_cookie("mahnwerk_desk", path="/desk").value
    left = erika.post("/desk/logout", erika.get("/desk/"))
    assert "Abgemeldet" in left.text
    thief = rig.browser()
    thief.client.set_cookie("mahnwerk_desk", copy, path="/desk")
    assert thief.get("/desk/").status == 401


def test_who_comes_in_anew_leaves_no_old_session_behind(rig):
    erika = rig.logged_in()
    old = erika.client.get_cookie("mahnwerk_desk", path="/desk").value
    path = rig.link()
    assert erika.post(path, erika.get(path)).status == 200
    thief = rig.browser()
    thief.client.set_cookie("mahnwerk_desk", old, path="/desk")
    assert thief.get("/desk/").status == 401


def test_ending_all_ends_sessions_and_links_of_this_creditor_alone(rig):
    other = rig.another_creditor()
    erika, max_ = rig.logged_in(), rig.logged_in("Max", other)
    waiting = rig.link()
    assert end_all(rig.app, rig.id, by="chef") == 2
    assert erika.get("/desk/").status == 401
    assert rig.browser().get(waiting).status == 410
    assert max_.get("/desk/").status == 200
    assert end_all(rig.app, rig.id, by="chef") == 0


def test_the_store_keeps_no_token_and_the_event_log_says_who_came(rig):
    made = make_link(rig.app, rig.id, "Erika Beispiel")
    path = f"/desk/login/{made.token}"
    erika = rig.browser()
    erika.post(path, erika.get(path))
    home = rig.office.composed.home
    stored = b"".join(each.read_bytes() for each in home.glob("mahnwerk.db*"))
    assert made.token.encode() not in stored
    assert made.token not in repr(made)
    assert b'"by":"Erika Beispiel"' in stored.replace(b'": "', b'":"')
    assert rig.office.audit_is_fine()


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(rig):
    path = rig.link()
    plain = cookie_of(rig.browser().get(path))
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Path=/desk" in plain
    assert "Secure" not in plain  # on this machine, without https
    client = rig.web.test_client()
    assert "Secure" in client.get(path, base_url="https://mahn.example").headers["Set-Cookie"]


def test_a_session_that_somebody_planted_does_not_become_hers(rig):
    path = rig.link()
    mallory = rig.browser()
    token_of_mallory = mallory.get(path).hidden("csrf_token")
    planted = mallory.client.get_cookie("mahnwerk_desk", path="/desk").value
    erika = rig.browser()
    erika.client.set_cookie("mahnwerk_desk", planted, path="/desk")
    erika.post(path, erika.get(path))
    assert erika.client.get_cookie("mahnwerk_desk", path="/desk").value != planted
    assert mallory.get("/desk/").status == 401
    # Nor does the form's token that Mallory knows work in her session.
    answer = erika.client.post("/desk/switch", data={"csrf_token": token_of_mallory, "to": "stop"})
    assert answer.status_code == 400
    assert not rig.office.creditor.stopped


def test_a_cookie_that_is_signed_with_another_key_opens_nothing(rig):
    erika = rig.logged_in()
    value = erika.client.get_cookie("mahnwerk_desk", path="/desk").value
    elsewhere = create_app(rig.app, secret=SECRET + "!").test_client()
    elsewhere.set_cookie("mahnwerk_desk", value, path="/desk")
    assert elsewhere.get("/desk/").status_code == 401


def test_without_a_session_nothing_is_shown_and_nothing_changes(rig):
    (first, *_) = rig.customers()
    nobody = rig.browser()
    form = nobody.get(rig.link())  # a valid token of a form, and no session
    for path in ("/desk/", f"/desk/notices/{first}", f"/desk/notices/{first}/letter.pdf",
                 "/desk/items/1"):  # fmt: skip
        page = nobody.get(path)
        assert page.status == 401
        assert "Beispiel Bau" not in page.html
        assert "mahnwerk desk" in page.text
    for path, fields in [
        (f"/desk/notices/{first}/approve", {"seen": "x"}),
        ("/desk/approve", {"pick": first}),
        ("/desk/switch", {"to": "stop"}),
        (f"/desk/notices/{first}/reject", {"reason": "x"}),
    ]:
        assert nobody.post(path, form, **fields).status == 401
    assert rig.state(first).value == "proposed"
    assert not rig.office.creditor.stopped


def test_whoever_guesses_links_is_told_to_wait(rig):
    browser = rig.browser()
    seen = [browser.get(f"/desk/login/{number}").status for number in range(40)]
    assert seen[0] == 410
    assert seen[-1] == 429
    # His neighbours behind the same address still come in: only failures are counted.
    assert "Abmelden" in rig.logged_in().get("/desk/").text


def test_without_a_secret_there_is_no_page(rig):
    web = create_app(rig.app)
    assert web.test_client().get("/desk/").status_code == 404


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "Erika\nBeispiel", "\x1b[2J"],
                         ids=["empty", "blank", "long", "two-lines", "escape"])  # fmt: skip
def test_a_name_that_cannot_stand_in_a_log_gets_no_link(rig, name):
    from core.errors import UsageError

    with pytest.raises(UsageError, match="--for"):
        make_link(rig.app, rig.id, name)


def test_the_address_that_serve_prints_leads_to_the_page_that_names_the_command(rig):
    answer = rig.web.test_client().get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/")
    assert "mahnwerk desk" in rig.browser().get("/desk/").text
