"""Buchwerk: a platform of the tests, whose accounts open with invented keys."""

from core.domain.platform_records import AccountInfo
from core.errors import AuthFailed
from core.ports import Capability, Platform, Platforms, PlatformSetting, SigningKey

KEY, OTHER_KEY, STRANGERS = "schluessel-Eins-1", "schluessel-Zwei-2", "schluessel-Fremd-3"
HOME = "https://api.buchwerk.example"

BUCHWERK = Platform(
    slug="buchwerk",
    label="Buchwerk",
    settings=(
        PlatformSetting(
            "api_key", r"[\x21-\x7e]{8,200}", "api_key=-", "Schlüssel aus Buchwerk",
            "Key from Buchwerk", secret=True,
        ),
        PlatformSetting(
            "api_base", r"https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?(/[a-z0-9/]*)?", HOME,
            "Adresse", "Address", default=HOME,
        ),
        PlatformSetting(
            "write_back", "yes|no", "no", "ob", "whether", default="no", choices=("yes", "no")
        ),
        PlatformSetting("rate", r"[0-9]{1,2}", "1", "Anfragen", "Requests", default="1"),
    ),
    capabilities=frozenset(Capability),
    notes=(("Dort nicht mehr mahnen.", "Do not dun there any more."),),
    signing=SigningKey("webhook_key", f"{HOME}/key.pem", lambda _: (), lambda: ""),
)  # fmt: skip


class Buchwerk:
    """The platform: whose key is whose, and what it was asked with."""

    def __init__(self):
        self.accounts = {
            KEY: AccountInfo(
                "org-1", "Muster Handels GmbH", {"plan": "XL"}, (("Plan prüfen.", "Check plan."),)
            ),
            OTHER_KEY: AccountInfo("org-1", "Muster Handels GmbH"),
            STRANGERS: AccountInfo("org-2", "Fremd Beispiel KG"),
        }
        self.asked = []
        self.closed = 0
        self.error = None
        self.vault = None
        self.store = None

    def open(self, slug, settings, secrets, _gate):
        return _Account(self, settings, secrets)

    def platforms(self, composed):
        """As the application knows it."""
        self.vault, self.store = composed.vault, composed.app.store
        return Platforms({"buchwerk": BUCHWERK}, self.open, self.connect, composed.vault.encrypt)

    def connect(self, creditor, connection, _lane):
        with self.store.read() as tx:
            kept = tx.connections.secrets(creditor, connection.id)
        secrets = {name: self.vault.decrypt(value) for name, value in kept.items()}
        return _Account(self, connection.settings, secrets)


class _Account:
    def __init__(self, platform, settings, secrets):
        self.platform, self.settings, self.secrets = platform, settings, secrets

    def check(self):
        key = self.secrets["api_key"]
        self.platform.asked.append((self.settings.get("api_base", HOME), key))
        if self.platform.error:
            raise self.platform.error
        if key not in self.platform.accounts:
            error = AuthFailed("Buchwerk lehnt ab.", en="Buchwerk refuses.")
            error.status = 401
            raise error
        return self.platform.accounts[key]

    def close(self):
        self.platform.closed += 1
