"""The approval page in a real browser: Chromium, driven by Playwright."""

import os
import shutil
import threading
from contextlib import contextmanager

import pytest
from desk_visit import DeskRig

from config.web import WebSettings
from core.domain.model import NoticeState
from webhook_app.serving import Server

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
]
_WIDTHS = (320, 1280)
# What a screen reader needs, as far as it can be asked of the page itself.
_FAULTS = """() => {
  const faults = [];
  const name = e => (e.getAttribute('aria-label') || (e.labels && [...e.labels].map(l =>
      l.textContent).join(' ')) || e.textContent || '').trim();
  for (const e of document.querySelectorAll('a, button, input:not([type=hidden])'))
    if (!name(e)) faults.push('no name: ' + e.outerHTML);
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  for (const id of ids) if (ids.filter(x => x === id).length > 1) faults.push('twice: ' + id);
  if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
  let last = 1;
  for (const h of document.querySelectorAll('h1, h2, h3')) {
    const level = +h.tagName[1];
    if (level > last + 1) faults.push('heading skipped: ' + h.textContent);
    last = level;
  }
  for (const th of document.querySelectorAll('th')) if (!th.scope) faults.push('th: ' + th.textContent);
  for (const t of document.querySelectorAll('table')) if (!t.caption) faults.push('no caption');
  if (!document.documentElement.lang) faults.push('no language');
  if (!document.querySelector('main')) faults.push('no main');
  if (document.documentElement.scrollWidth > window.innerWidth) faults.push('scrolls sideways');
  return faults;
}"""


def _browser_path():
    given = os.environ.get("MAHNWERK_CHROMIUM")
    if given == "none":  # .ci/run has tried
        pytest.skip("cannot here: no Chromium, and the system has no package of it")
    found = given or next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        may = shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0
        pytest.skip(
            "no Chromium: apt-get install chromium, or name one in MAHNWERK_CHROMIUM"
            if may
            else "cannot here: no Chromium, and no right to install one"
        )
    return found


@pytest.fixture(scope="module")
def chromium():
    path = _browser_path()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def rig(tmp_path):
    it = DeskRig(tmp_path)
    ended = threading.Event()
    server = Server(it.web, WebSettings(port=0))
    thread = threading.Thread(target=server.run, args=(ended.is_set,))
    thread.start()
    it.url = server.url
    yield it
    ended.set()
    thread.join()
    it.close()


@contextmanager
def window(chromium, width=1280, *, refused=False, **options):
    """A browser window of its own; afterwards its console has to be clean.

    ``refused``: but for the browser's own word about an answer like 400.
    """
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, locale="de-DE", **options
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(f"dialog {dialog.message}"))
    try:
        yield page
        assert [each for each in said if not (refused and "status of 4" in each)] == []
    finally:
        context.close()


def log_in(page, rig):
    page.goto(rig.url + rig.link("Erika Beispiel"))
    page.get_by_role("button", name="Anmelden").click()
    page.get_by_role("heading", name="Mahnungen", exact=True).wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_she_logs_in_takes_an_invoice_off_approves_and_rejects(chromium, rig, scripts):
    ids = rig.customers()
    with window(chromium, java_script_enabled=scripts) as page:
        log_in(page, rig)
        page.get_by_role("link", name="Beispiel Bau GmbH").click()
        page.get_by_role("button", name="Rechnung RE-2 herausnehmen").click()
        assert "lautet noch über 1.190,00" in page.get_by_role("status").inner_text()
        page.get_by_role("button", name="Freigeben").click()
        assert page.get_by_role("status").inner_text() == f"Freigegeben: {ids[0]}."
        page.get_by_role("link", name="Zur Liste").click()
        page.get_by_role("link", name="Beispiel Laden e.K.").click()
        page.get_by_label("Grund").fill("Kulanz")
        page.get_by_label("nicht mahnen bis").fill("2026-03-20")
        page.get_by_role("button", name="Ablehnen").click()
        assert page.get_by_role("status").inner_text() == f"Abgelehnt: {ids[1]}."
        page.goto(f"{rig.url}/desk/")
        page.get_by_role("checkbox", name="Muster Möbel OHG").check()
        page.get_by_role("button", name="Angekreuzte freigeben").click()
        assert page.get_by_role("status").inner_text() == f"Freigegeben: {ids[3]}."
        page.get_by_role("button", name="Abmelden").click()
        page.get_by_role("heading", name="Abgemeldet").wait_for()
    assert [rig.state(each) for each in ids] == [
        NoticeState.APPROVED,
        NoticeState.REJECTED,
        NoticeState.PROPOSED,
        NoticeState.APPROVED,
    ]
    assert rig.office.notice(ids[0]).approved_by == "Erika Beispiel"


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:9"])
def test_a_foreign_page_that_sends_our_form_is_refused(chromium, rig, origin):
    """Also one on another port of this machine, to which the browser sends the cookie along."""
    (first, *_) = rig.customers()
    with window(chromium, refused=True) as page:
        log_in(page, rig)
        page.goto(f"{rig.url}/desk/notices/{first}")
        token = page.locator("input[name=csrf_token]").first.get_attribute("value")
        seen = page.locator("input[name=seen]").get_attribute("value")
        form = (
            f'<form method="post" action="{rig.url}/desk/notices/{first}/approve">'
            f'<input name="csrf_token" value="{token}"><input name="seen" value="{seen}">'
            "<button>Gewinnen</button></form>"
        )
        page.route(f"{origin}/**", lambda route: route.fulfill(body=form, content_type="text/html"))
        page.goto(f"{origin}/")
        with page.expect_response(f"{rig.url}/**") as answer:
            page.get_by_role("button", name="Gewinnen").click()
        assert answer.value.status in (400, 401)
    assert rig.state(first) is NoticeState.PROPOSED


@pytest.mark.parametrize("width", _WIDTHS)
def test_every_page_can_be_read_small_and_large_and_by_a_screen_reader(chromium, rig, width):
    ids = rig.customers()
    rig.office.hold("10002", None)
    item = rig.office.item("RE-1").id
    with window(chromium, width) as page:
        page.goto(rig.url + rig.link())
        assert page.evaluate(_FAULTS) == []
        log_in(page, rig)
        for path in ("", f"notices/{ids[0]}", f"notices/{ids[1]}", f"notices/{ids[2]}",
                     f"items/{item}", "?state=printed"):  # fmt: skip
            page.goto(f"{rig.url}/desk/{path}")
            assert page.evaluate(_FAULTS) == [], path


def test_the_keyboard_is_enough(chromium, rig):
    (first, *_) = rig.customers()
    with window(chromium) as page:
        page.goto(rig.url + rig.link())
        page.get_by_role("button", name="Anmelden").focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Mahnungen", exact=True).wait_for()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Zum Inhalt"
        page.keyboard.press("Enter")
        page.goto(f"{rig.url}/desk/notices/{first}")
        page.get_by_role("button", name="Freigeben").focus()
        page.keyboard.press("Enter")
        page.get_by_role("status").wait_for()
    assert rig.state(first) is NoticeState.APPROVED


def test_going_back_ticks_no_notice_that_she_did_not_tick(chromium, rig):
    """What was ticked is approved and has left its place; the browser must not tick who is there
    now.
    """
    rig.customers()
    with window(chromium) as page:
        log_in(page, rig)
        page.get_by_role("checkbox").first.check()
        page.get_by_role("button", name="Angekreuzte freigeben").click()
        assert "Freigegeben" in page.get_by_role("status").inner_text()
        page.go_back()
        page.get_by_role("button", name="Angekreuzte freigeben").wait_for()
        assert page.get_by_role("checkbox").count() >= 1
        assert page.get_by_role("checkbox", checked=True).count() == 0
