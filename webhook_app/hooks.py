"""``/hooks/<platform>/<token>``: events of platforms, of other systems, and mails that came back.

Says as little as can be said: no body, and for a hook that does not exist what its platform needs
to hear (``core.services.receive``).
"""

from __future__ import annotations

import logging
import time

from flask import Blueprint, Response, request

from core.errors import MahnwerkError
from core.services.hooks import INBOUND, RETURNED_MAIL
from core.services.receive import Outcome, Received
from webhook_app.parts import Parts, parts

RETRY_SECONDS = "30"
_log = logging.getLogger(__name__)
hooks = Blueprint("hooks", __name__, url_prefix="/hooks")


@hooks.route("/<slug>/<token>", methods=["POST", "HEAD"])
def take(slug: str, token: str) -> Response:
    here = parts()
    # In figures and logs there is no room for what anybody makes up.
    shown = slug if slug in {INBOUND, RETURNED_MAIL} or slug in here.app.platforms.all else "?"
    if request.method == "HEAD":
        # lexoffice asks so before it accepts a subscription (§3.1); whether the hook exists is
        # nobody's business.
        return Response(status=200)
    begin = time.perf_counter()
    answer = _take(here, slug, token, shown)
    here.figures.seconds.labels(shown).observe(time.perf_counter() - begin)
    return answer


def _take(here: Parts, slug: str, token: str, shown: str) -> Response:
    # Bounded by MAX_CONTENT_LENGTH, which also a body without a length meets.
    raw = request.get_data(cache=False)
    try:
        found = here.receiver.receive(slug, token, raw, dict(request.headers.items()))
    except MahnwerkError as error:
        here.figures.requests.labels(shown, "not_stored").inc()
        _log.error("event for %s not stored: %s", shown, error)
        return Response(status=503, headers={"Retry-After": RETRY_SECONDS})
    here.figures.requests.labels(shown, found.outcome.value).inc()
    if found.added:
        here.figures.events.labels(shown).inc(found.added)
    if not found.outcome.good:
        return _failed(here, shown, found)
    if found.outcome is Outcome.UNREADABLE:
        _log.warning("%s hook %s/%s: %s", shown, found.creditor, found.hook, found.sentence)
    return Response(status=found.status)


def _failed(here: Parts, shown: str, found: Received) -> Response:
    address = request.remote_addr or ""
    # Who signs rightly is no guesser, whoever's event it is.
    wait = 0 if found.outcome is Outcome.FOREIGN else here.failures.count(address)
    if not wait and (found.outcome is not Outcome.FOREIGN or here.first_time(found)):
        _log.warning(
            "%s hook %s: %s from %s %s",
            shown,
            f"{found.creditor}/{found.hook}" if found.hook else "?",
            found.outcome.value,
            address,
            found.sentence,
        )
    if wait and found.status >= 400:  # lexoffice would come again for what is answered 204
        here.figures.limited.inc()
        return Response(status=429, headers={"Retry-After": str(wait)})
    return Response(status=found.status)
