"""A composed application in a folder of its own, on a day of its own."""

from datetime import UTC, date, datetime

from config.bootstrap import compose
from config.settings import Settings
from core.services.creditors import init_creditor

IBAN = "DE02120300000000202051"
FRIDAY = date(2026, 11, 20)
LETTERHEAD = {
    "name": "Muster Handels GmbH",
    "street": "Beispielgasse 7",
    "postcode": "90403",
    "city": "Nürnberg",
    "land": "BY",
    "email": "buchhaltung@muster.example",
    "seat": "Nürnberg",
    "register_court": "Amtsgericht Nürnberg",
    "register_number": "HRB 00000",
    "managers": "Erika Beispiel",
    "iban": IBAN,
}


class FixedClock:
    def __init__(self, day=FRIDAY):
        self.day = day

    def now(self):
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC)

    def today(self, _zone):
        return self.day


def desk(folder, clock=None):
    """The application over a migrated SQLite file in ``folder``; close it when done."""
    settings = Settings(home=folder / "home", key_file=folder / "conf" / "key")
    composed = compose(settings, clock=clock or FixedClock())
    composed.app.store.migrate()
    return composed


def office(composed, slug=None, **fields):
    """A creditor with a complete letterhead, changed by ``fields``."""
    return init_creditor(composed.app, slug, LETTERHEAD | fields, secrets={}, by="erika").creditor
