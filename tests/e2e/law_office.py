"""An office that charges by law: one procedure of its own, a business and a consumer.

Both owe 1,000.00 EUR from 1 July 2026, due Wed 15 July. No day of payment was agreed, no receipt is
known: only a Mahnung can bring default about.
"""

from datetime import date, timedelta

from books import bank, debtor, invoice, stammdaten, stapel

BUSINESS, CONSUMER = 10100, 10300
RE_B, RE_C = "RE-1", "RE-3"

PROCEDURE = """
name = "eigen"
label = "Eigenes Verfahren"
charges = "{charges}"

[[levels]]
key = "reminder"
text = "reminder"
days_after_due = 5
interval_days = 10
deadline_days = 7
channels = ["letter"]
automation = "approve"
counts_as_mahnung = false
{shown}

[[levels]]
key = "first"
text = "first"
days_after_due = 20
interval_days = 10
deadline_days = 7
channels = ["letter"]
automation = "approve"
{shown}

[[levels]]
key = "second"
text = "second"
days_after_due = 40
interval_days = 10
deadline_days = 7
channels = {channels}
automation = "approve"
{charged}

[[levels]]
key = "final"
text = "final"
days_after_due = 55
interval_days = 10
deadline_days = 7
channels = {channels}
automation = "approve"
{charged}
"""
CHARGED = 'interest = "charge"\nlump_sum = "charge"\nfee = { EUR = "2.50" }'


def own_procedure(
    office, charges="informational", channels='["letter"]', shown="", charged=CHARGED
):
    """Writes the procedure as a user would, into the folder of his own."""
    folder = office.folder / "home" / "procedures"
    folder.mkdir(parents=True, exist_ok=True)
    text = PROCEDURE.format(charges=charges, channels=channels, shown=shown, charged=charged)
    (folder / "eigen.toml").write_text(text, encoding="utf-8")


def masters(email="", **more):
    """The business, with ``email`` for both, and the consumer."""
    return stammdaten(
        debtor(BUSINESS, "Adler Muster GmbH", email=email, **more),
        debtor(CONSUMER, "Paula Muster", email=email, **more),
    )


def load(office, *rows, base=(date(2026, 7, 1), date(2026, 7, 15)), email=""):
    """Both invoices and what else is booked; a later export stands in for the earlier."""
    day, due = base
    both = (
        invoice(BUSINESS, RE_B, "1000,00", day, due=due),
        invoice(CONSUMER, RE_C, "1000,00", day, due=due),
    )
    number = len(list(office.folder.glob("stapel*.csv")))
    files = {f"stapel{number}.csv": stapel(*both, *rows, bank(date(2026, 12, 31)))}
    if not number:
        files = {"stamm.csv": masters(email)} | files
    office("import", "datev", *office.files(files))


def open_office(office, on=date(2026, 7, 16), email="", base=None, **fields):
    """A live office on that day, with the procedure for all and both customers confirmed."""
    office.today = on
    if not (office.folder / "home" / "procedures" / "eigen.toml").exists():
        own_procedure(office)
    office.init(procedure="eigen", **fields)
    office("go-live")
    load(office, email=email, **({"base": base} if base else {}))
    office("debtor", "set", BUSINESS, "type=business", "--evidence", "Handelsregister")
    office("debtor", "set", CONSUMER, "type=consumer", "--evidence", "Bestellung")
    return office


def run(office, day=None):
    """A run on that day, after confirming that all money is booked; its document."""
    if day is not None:
        office.today = day
    office("booked-until", office.today)
    return office.json("run")


def deliver(office):
    """Everything that waits is approved, sent and posted; what left: (debtor, level)."""
    waiting = [p for p in office.json("proposals") if p["state"] == "proposed"]
    if not waiting:
        return []
    office("approve", *(p["id"] for p in waiting))
    sent = office.json("send")
    printed = [o["proposal"] for o in sent if o["outcome"] == "printed"]
    if printed:
        office("posted", "--id", *printed)
    left = {o["proposal"] for o in sent if o["outcome"] in {"printed", "sent"}}
    return sorted((p["debtor"], p["level"]) for p in waiting if p["id"] in left)


def days(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def live_through(office, first, last):
    """A run, approval and post on every day; ``{day: [(debtor, level)]}`` where something left."""
    found = {}
    for day in days(first, last):
        run(office, day)
        if left := deliver(office):
            found[day] = left
    return found


def proposal(office, number):
    """The living proposal that holds the invoice."""
    return next(
        p for p in office.json("proposals") if any(item["number"] == number for item in p["items"])
    )


def charges(document):
    """(kind, amount, basis) of each charge of a proposal."""
    return [(c["kind"], c["amount"], c["basis"]) for c in document["charges"]]


def letter(office, account):
    """The latest letter to the customer."""
    return max(office.outbox.rglob(f"*-{account}.pdf"), key=lambda path: path.stat().st_mtime_ns)
