"""An office whose hooks are open: lexoffice, Stripe, a DATEV file connection, its mail server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from config.bootstrap import compose
from config.settings import Settings
from config.web import WebSettings
from core.domain.model import Role
from core.ports import NO_CONNECTION, HookKind
from core.services.connection_state import record_account
from core.services.creditors import init_creditor
from core.services.hooks import open_hook
from core.services.signed import SIGNATURE_HEADER, sign
from core.services.webhook_secrets import keep_secrets
from webhook_app.app import create_app
from webhook_app.serving import Server

LETTERHEAD = {
    "name": "Muster Handels GmbH", "street": "Beispielgasse 7", "postcode": "90403",
    "city": "Nürnberg", "land": "BY", "email": "buchhaltung@muster.example",
    "iban": "DE02120300000000202051",
}  # fmt: skip
ORGANISATION = "0c1d0000-0000-4000-8000-00000000b00c"
ACCOUNT = "acct_Muster"
STRIPE_SECRET = "whsec_erfunden_fuer_tests"


@lru_cache(maxsize=4)
def rsa_key(number=0):
    """One of a few key pairs, made once; small ones, since nothing here is secret."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(key):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def lexoffice_body(number, event="payment.changed", organisation=ORGANISATION):
    day = f"2026-03-02T09:{number // 60 % 60:02}:{number % 60:02}.000+01:00"
    body = {"organizationId": organisation, "eventType": event,
            "resourceId": f"inv-{number}", "eventDate": day}  # fmt: skip
    return json.dumps(body, separators=(",", ":")).encode()


def lexoffice_signed(raw, key=None):
    signature = (key or rsa_key()).sign(raw, padding.PKCS1v15(), hashes.SHA512())
    return {"X-Lxo-Signature": base64.b64encode(signature).decode()}


def stripe_body(number, kind="invoice.paid", **more):
    body = {"id": f"evt_{number}", "object": "event", "type": kind, "created": 1772442000,
            "livemode": False, "data": {"object": {"id": f"in_{number}"}}} | more  # fmt: skip
    return json.dumps(body).encode()


def stripe_signed(raw, now, secret=STRIPE_SECRET):
    at = str(int(now.timestamp()))
    mac = hmac.new(secret.encode(), at.encode() + b"." + raw, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={at},v1={mac}"}


class HookDesk:
    """Addresses and signers of four hooks; ``rows`` shows what was stored.

    Args:
        folder: where its books lie.
        clock: of the office; its signers use it too.
        database: URL of another database than its own file.

    """

    def __init__(self, folder, clock, database=""):
        kept = {"database_url": database} if database else {}
        self.settings = Settings(home=folder / "home", key_file=folder / "conf" / "key", **kept)
        self.composed = compose(self.settings, clock=clock, language="de")
        self.clock, self.app = clock, self.composed.app
        self.app.store.migrate()
        self.composed.vault.ensure_key()
        self.id = init_creditor(self.app, None, LETTERHEAD, secrets={}, by="erika").creditor.id
        with self.app.store.write() as tx:
            add, today = tx.connections.add, clock.today("Europe/Berlin")
            self.lexoffice = add(self.id, "lexoffice", "buero", Role.LEADING, ORGANISATION, today)
            self.stripe = add(self.id, "stripe", "laden", Role.LEADING, ACCOUNT, today)
            self.datev = add(self.id, "datev", "kanzlei", Role.LEADING, "", today)
            pinned = {"webhook_key": public_pem(rsa_key())}
            tx.connections.save(self.id, replace(self.lexoffice, settings=pinned))
            keep_secrets(self.app, tx, self.id, self.stripe, [STRIPE_SECRET])
            record_account(tx, self.id, self.stripe.id, "Muster", clock.now(), "test")
        self.lexoffice_path = self.open(HookKind.PLATFORM, self.lexoffice.id).path
        self.stripe_path = self.open(HookKind.PLATFORM, self.stripe.id).path
        inbound = self.open(HookKind.INBOUND, self.datev.id)
        self.inbound_path, self.inbound_secret = inbound.path, inbound.secret
        mail = self.open(HookKind.RETURNED_MAIL, NO_CONNECTION)
        self.mail_path, self.mail_secret = mail.path, mail.secret
        self.woken = 0

    def open(self, kind, connection):
        return open_hook(self.app, self.id, kind, connection, by="erika")

    def wake(self):
        self.woken += 1

    def flask(self, **web):
        return create_app(self.app, replace(WebSettings(), port=0, **web), wake=self.wake)

    def stripe_headers(self, raw, **how):
        return stripe_signed(raw, self.clock.now(), **how)

    def own_headers(self, raw, secret=None):
        return {SIGNATURE_HEADER: sign(raw, secret or self.inbound_secret, self.clock.now())}

    def rows(self):
        """Key, kind, state and raw bytes of every stored event, in the order of arrival."""
        with self.app.store.engine.connect() as db:
            found = db.exec_driver_sql(
                "select event_key, kind, state, raw from inbox_event order by id"
            ).fetchall()
        return [(key, kind, state, bytes(raw)) for key, kind, state, raw in found]

    def keys(self):
        return [row[0] for row in self.rows()]

    def close(self):
        self.composed.close()

    @contextmanager
    def served(self, *, flask=None, **web):
        """The application under waitress on a free port; yields its address."""
        settings = replace(WebSettings(), port=0, **web)
        server = Server(flask or create_app(self.app, settings, wake=self.wake), settings)
        ended = threading.Event()
        thread = threading.Thread(target=server.run, args=(ended.is_set,))
        thread.start()
        try:
            yield server.url
        finally:
            ended.set()
            thread.join(15)
            assert not thread.is_alive(), "the server did not end"
