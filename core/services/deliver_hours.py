"""Whether a procedure lets a notice leave now: weekdays for all, hours for mails."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from core.domain.procedure import DunningProcedure
from core.domain.reasons import word
from core.domain.sending_days import sending_days, sends_at, sends_on
from core.services.app import App
from core.services.deliver_look import Cleared, Desk
from core.services.deliver_recipient import forbids, recipient_of


def closed(desk: Desk, cleared: Cleared, channel: str) -> str:
    """Why the notice waits although nothing stands against it; "" when it may leave now.

    A letter may be printed at any hour: it leaves when somebody posts it.
    """
    app, procedure = desk.app, cleared.procedure
    profile = cleared.creditor.profile
    if not sends_on(procedure, desk.on, app.calendar(profile.land)):
        return _other_day(app, procedure)
    now = app.clock.now().astimezone(ZoneInfo(profile.zone))
    if channel == "email" and not sends_at(procedure, now.time()):
        hours = f"{procedure.send_from}-{procedure.send_until}"
        return app.say(
            f"Mails gehen nach dem Mahnverfahren {procedure.name} nur von {hours} Uhr hinaus; sie "
            "bleibt freigegeben",
            f"By the dunning procedure {procedure.name} mails leave at {hours} only; it stays "
            "approved",
        )
    return ""


def leaves_now(desk: Desk, cleared: Cleared) -> bool:
    """Whether a channel would be tried now; what waits anyway need not be asked of its platform."""
    for channel in cleared.notice.channels:
        forbidden = forbids(desk.app, cleared.creditor, cleared.notice, channel)
        if not forbidden and recipient_of(desk.app, cleared.debtor, channel):
            return not closed(desk, cleared, channel)
    return False


def _other_day(app: App, procedure: DunningProcedure) -> str:
    days = word("weekdays", sending_days(procedure), app.language)
    return app.say(
        f"Heute ist nach dem Mahnverfahren {procedure.name} kein Versandtag ({days}); sie bleibt "
        "freigegeben",
        f"By the dunning procedure {procedure.name} nothing is sent today ({days}); it stays "
        "approved",
    )
