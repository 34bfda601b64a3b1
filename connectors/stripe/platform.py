"""What one must know of Stripe to set up a connection; imports neither network nor client.

Reference: https://docs.stripe.com/api, API version 2026-10-28.endive, read as a digest on 2026-11-22.
"""

from __future__ import annotations

from connectors._settings import YES_NO, address, attach_invoices, rate
from core.ports import BankTransfers, Capability, Platform, PlatformSetting, SharedSecret

API_BASE = "https://api.stripe.com"
# The newest stable version that the reference names (§0.1); sent with every request (§0.2).
API_VERSION = "2026-10-28.endive"
RATE = "20"  # requests a second; 25 are allowed for each endpoint, and in a sandbox for all (§1)

PLATFORM = Platform(
    slug="stripe",
    label="Stripe",
    capabilities=frozenset(
        {
            Capability.DOCUMENT,
            Capability.WRITE_BACK,
            Capability.WEBHOOKS,
            Capability.PAY_LINK,
        }
    ),
    list_page=100,  # §1
    lists_whole=True,  # with customers and payments, by expand[] (§1)
    bank_transfers="bank_transfers",
    signing=SharedSecret("webhook_secret"),
    settings=(
        PlatformSetting(
            "api_key",
            r"[\x21-\x7e]{8,255}",
            "api_key=-",
            "eingeschränkter Schlüssel (rk_live_…) aus Stripe: Entwickler → API-Schlüssel, mit "
            "Leserechten; ein geheimer Schlüssel (sk_live_…) darf mehr, als Mahnwerk braucht",
            "restricted key (rk_live_…) from Stripe: Developers → API keys, with read permissions; "
            "a secret key (sk_live_…) may do more than Mahnwerk needs",
            secret=True,
        ),
        address(API_BASE, "mahnwerk sandbox stripe"),
        rate(RATE, "Stripe erlaubt 25 je Endpunkt", "Stripe allows 25 for each endpoint"),
        PlatformSetting(
            "account",
            r"acct_[A-Za-z0-9]{3,64}",
            "acct_1A2b3C",
            "verbundenes Konto, für das ein Plattformschlüssel gilt (Connect, Kopfzeile "
            "Stripe-Account); sonst leer",
            "connected account that a platform's key acts for (Connect, header Stripe-Account); "
            "otherwise empty",
        ),
        attach_invoices(),
        PlatformSetting(
            "bank_transfers",
            "off|platform|watched",
            "off",
            "welches Konto auf Mahnungen steht: off keines, nur der Zahlungslink; platform das "
            "Konto, das Stripe dem Kunden gibt; watched das eigene, dessen Eingänge jemand in "
            "Stripe einträgt und mit mahnwerk booked-until bestätigt",
            "which account stands on notices: off none, the pay link only; platform the account "
            "that Stripe gives to the customer; watched your own, whose receipts somebody enters in "
            "Stripe and confirms by mahnwerk booked-until",
            default=BankTransfers.OFF,
            choices=tuple(BankTransfers),
        ),
        PlatformSetting(
            "dun_automatic",
            "yes|no",
            "no",
            "ob auch Rechnungen gemahnt werden, die Stripe selbst einzieht, sobald Stripe es nicht "
            "mehr versucht",
            "whether invoices that Stripe collects by itself are dunned as well, once Stripe has "
            "stopped trying",
            default="no",
            choices=YES_NO,
        ),
        PlatformSetting(
            "write_back",
            "yes|no",
            "no",
            "ob Mahnstufe und Tag der letzten Mahnung in den Metadaten der Rechnung stehen "
            "(mahnwerk_level, mahnwerk_last_notice_on); braucht Schreibrecht auf Rechnungen",
            "whether level and day of the last notice stand in the invoice's metadata "
            "(mahnwerk_level, mahnwerk_last_notice_on); needs write permission on invoices",
            default="no",
            choices=YES_NO,
        ),
        PlatformSetting(
            "pause_reminders",
            "yes|no",
            "no",
            "ob Stripes eigene Automatik für eine Rechnung endet, die gemahnt ist "
            "(auto_advance=false); nur mit write_back=yes. Damit enden auch Einzugsversuche und "
            "Zuordnung durch Stripe",
            "whether Stripe's own automation ends for an invoice that was dunned "
            "(auto_advance=false); only with write_back=yes. Stripe's retries and reconciliation of "
            "it end as well",
            default="no",
            choices=YES_NO,
            only_with="write_back",
        ),
        PlatformSetting(
            "number_key",
            r"[A-Za-z0-9_.\- ]{1,40}",
            "debitor",
            "Schlüssel der Metadaten eines Kunden, unter dem seine Debitorennummer steht",
            "key of a customer's metadata that holds his account number",
        ),
        PlatformSetting(
            "webhook_secret",
            r"[\x21-\x7e]{8,200}",
            "webhook_secret=-",
            "Geheimnis, mit dem Stripe seine Meldungen unterschreibt (whsec_…); mahnwerk webhooks "
            "register trägt es selbst ein",
            "secret that Stripe signs its events with (whsec_…); mahnwerk webhooks register enters "
            "it by itself",
            secret=True,
            optional=True,
        ),
    ),
    notes=(
        (
            (
                "Stripe erinnert selbst an offene Rechnungen, wenn es eingeschaltet ist. Vor der ersten "
                "Mahnung ausschalten, sonst bekommt ein Kunde zwei Mails: Einstellungen → Billing → "
                "Rechnungen → Erinnerungen und Wiederholungen. Ob es eingeschaltet ist, zeigt die "
                "Schnittstelle nicht. Nur für gemahnte Rechnungen: write_back=yes und "
                "pause_reminders=yes."
            ),
            (
                "Stripe reminds of open invoices by itself when that is switched on. Switch it off "
                "before the first notice, or a customer gets two mails: Settings → Billing → Invoices → "
                "Reminders and retries. The API does not show whether it is on. Only for "
                "invoices that were dunned: write_back=yes and pause_reminders=yes."
            ),
        ),
        (
            (
                "Ohne andere Einstellung (bank_transfers=off) steht auf Mahnungen der Zahlungslink von Stripe "
                "und keine IBAN: eine Überweisung auf das eigene Konto ließe die Rechnung in Stripe offen. "
                "Wer Überweisungen dort einträgt, stellt bank_transfers=watched ein."
            ),
            (
                "Unless set otherwise (bank_transfers=off), notices carry Stripe's pay link and no IBAN: a "
                "transfer to your own account would leave the invoice open in Stripe. Whoever enters "
                "transfers there sets bank_transfers=watched."
            ),
        ),
    ),
)
