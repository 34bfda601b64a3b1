"""An office whose platforms report by webhook: four connections of two creditors, and their events.

The platforms are stand-ins in this process; what they would send is made and signed here, so that a
rig decides how often and in which order it arrives. Beside them stand a creditor with approved
notices and one with open items, for a `send` and a `run` while the events come in.
"""

from __future__ import annotations

import base64
import json
import random
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from creditor_desk import IBAN, LETTERHEAD
from delivery_desk import office_in
from fire import size

from config.bootstrap import Composed, compose
from config.clock import SystemClock
from config.settings import Settings
from core.domain.model import ConnectionId, CreditorId
from core.ports import HookKind
from core.services.connect_platform import connect_platform
from core.services.creditors import init_creditor
from core.services.hooks import open_hook
from core.services.onboard import onboard
from core.services.webhook_keys import confirm_key
from sandbox.lexoffice import LexofficeSandbox
from sandbox.lexoffice import signing as lexoffice_signing
from sandbox.stripe import StripeSandbox
from sandbox.stripe import signing as stripe_signing

BOOK = {"debtors": 4, "invoices": size(8, 40), "open": size(6, 30), "partly_paid": 1}
SECRET = "whsec_rig_of_the_fire_tests"


@dataclass
class Source:
    """One connection and its platform. ``open``: ids of its invoices that were open at first."""

    slug: str
    creditor: CreditorId
    connection: ConnectionId
    sandbox: object
    path: str
    open: list[str]
    made: int = 0

    def event(self, rng: random.Random) -> tuple[str, bytes]:
        """Key and body of a new event about one of the open invoices."""
        self.made += 1
        which = rng.choice(self.open)
        if self.slug == "stripe":
            key = f"evt_rig{self.connection}x{self.creditor}x{self.made}"
            body = {
                "id": key,
                "object": "event",
                "type": "invoice.updated",
                "created": int(SystemClock().now().timestamp()),
                "livemode": False,
                "data": {"object": {"id": which, "object": "invoice"}},
            }
            return key, json.dumps(body).encode()
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=self.made)
        day = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+00:00"
        body = {
            "organizationId": self.sandbox.organization_id,
            "eventType": "payment.changed",
            "resourceId": which,
            "eventDate": day,
        }
        return f"payment.changed|{which}|{day}", json.dumps(body).encode()

    def pay(self) -> str:
        """One of them is paid at the platform; its id."""
        which = self.open[0]
        self.sandbox.pay(which)
        return which

    def headers(self, body: bytes) -> dict[str, str]:
        """Signed now, as the platform does for every try."""
        if self.slug == "stripe":
            at = int(SystemClock().now().timestamp())
            signed = {stripe_signing.HEADER: stripe_signing.header([SECRET], at, body)}
        else:
            signed = {lexoffice_signing.HEADER: lexoffice_signing.sign(body)}
        return {"Content-Type": "application/json", **signed}


@dataclass
class Hooked:
    """The whole office. ``keys``: of every event that was made, by connection."""

    composed: Composed
    folder: Path
    sources: list[Source]
    keys: dict[tuple[str, int], set[str]] = field(default_factory=dict)

    def env(self) -> dict[str, str]:
        return {
            "MAHNWERK_HOME": str(self.folder / "home"),
            "MAHNWERK_KEY_FILE": str(self.folder / "conf" / "key"),
            "MAHNWERK_LANGUAGE": "de",
        }

    def plan(self, path: Path, deliveries: int, again: float, seed: int = 1) -> int:
        """Writes a plan for the driver: so many deliveries, a share of them repeated, shuffled.

        Returns how many different events that are.
        """
        rng = random.Random(seed)
        different = round(deliveries * (1 - again))
        made = []
        for n in range(different):
            source = self.sources[n % len(self.sources)]
            key, body = source.event(rng)
            self.keys.setdefault((source.creditor, source.connection), set()).add(key)
            made.append((source, body))
        sent = made + rng.choices(made, k=deliveries - different)
        rng.shuffle(sent)
        with path.open("w", encoding="utf-8") as file:
            for source, body in sent:
                line = {
                    "path": source.path,
                    "headers": source.headers(body),
                    "body": base64.b64encode(body).decode(),
                }
                file.write(json.dumps(line) + "\n")
        return different


def _connected(composed, creditor, slug, sandbox) -> Source:
    app, today = composed.app, SystemClock().today("Europe/Berlin")
    given = {"api_base": sandbox.base_url, "api_key": sandbox.api_key, "rate": "100"}
    if slug == "stripe":
        given["webhook_secret"] = SECRET
    made = connect_platform(app, creditor, slug, None, given, by="rig", on=today).connection
    assert onboard(app, creditor, on=today, name=made.name).exit_code == 0
    if slug == "lexoffice":
        pem = sandbox.webhook_key
        (key,) = app.platforms.all[slug].signing.read(pem)
        confirm_key(app, creditor, made.name, key.fingerprint, pem, by="rig")
    with app.store.read() as tx:
        open_ = sorted(tx.sources.open_marks(creditor, made.id))
    path = open_hook(app, creditor, HookKind.PLATFORM, made.id).path
    return Source(slug, creditor, made.id, sandbox, path, open_)


@contextmanager
def hooked(folder: Path, mailbox, *, notices: int, items: int):
    """The office in ``folder``; MAHNWERK_DATABASE_URL says in which database.

    ``notices``: approved ones of the creditor `muster-handels-gmbh`, as of Monday, 2 March 2026;
    ``items``: open ones of the creditor `bench`, which fall due in November 2026.
    """
    with office_in(folder, mailbox) as office:
        for n in range(notices):
            account = str(20001 + n)
            office.debtor(account, f"Beispiel {account} AG", email=f"k{account}@beispiel.example")
            office.owes(account, f"RE-{account}", "119.00", date(2026, 2, 10))
        office.propose_and_approve()
    with ExitStack() as stack:
        settings = Settings(home=folder / "home", key_file=folder / "conf" / "key")
        composed = compose(settings)
        stack.callback(composed.close)
        _owes(composed, items, settings.store_url)
        sources = []
        for number, name in enumerate(("nord", "sued"), start=1):
            init_creditor(
                composed.app, name, LETTERHEAD | {"name": f"Muster {name}", "iban": IBAN},
                secrets={}, by="rig",
            )  # fmt: skip
            for slug, sandbox in (
                ("lexoffice", LexofficeSandbox(seed=number, limiter=False)),
                ("stripe", StripeSandbox()),
            ):
                sandbox.book(**BOOK)
                stack.enter_context(sandbox)
                sources.append(_connected(composed, CreditorId(name), slug, sandbox))
        yield Hooked(composed, folder, sources)


def _owes(composed, items: int, url: str) -> None:
    """Books of a creditor `bench` with everything due."""
    from bench.run import seed

    seed(composed.app.store, url, items, 100)
