"""DATEV files by hand: one line of text per posting, as an office would book it."""

from datetime import date

HEADER = (
    '"EXTF";700;21;"Buchungsstapel";13;20261120080000000;;"RE";"";"";{client};20260101;4;'
    '{start};{end};"{label}";"";1;0;{locked};"EUR";;"";;;"03";;;"";""'
)
WIDTH = 125


def row(amount, side, account, contra, day: date, number="", text="", **extra):
    """One posting; ``extra`` is ``c15="1"`` for column 15, and so on."""
    cells = [""] * WIDTH
    cells[0], cells[1], cells[6], cells[7] = amount, f'"{side}"', str(account), str(contra)
    cells[9], cells[10], cells[13] = f"{day:%d%m}", f'"{number}"', f'"{text}"'
    for name, value in extra.items():
        cells[int(name[1:]) - 1] = value
    return ";".join(cells)


def invoice(account, number, amount, day, due=None, **extra):
    if due is not None:
        extra["c117"] = f"{due:%d%m%Y}"
    return row(amount, "S", account, 8400, day, number, f"Rechnung {number}", **extra)


def payment(account, number, amount, day, **extra):
    return row(amount, "S", 1200, account, day, number, "Zahlungseingang", **extra)


def bank(day, amount="9,90"):
    """A bank line that has nothing to do with a customer: it only shows how far the bank is booked."""
    return row(amount, "H", 1200, 4970, day, "", "Kontogebühr")


def stapel(
    *rows,
    client="29098;55003",
    start="20260101",
    end="20261231",
    label="Stapel",
    locked=0,
    encoding="cp1252",
):
    head = HEADER.format(client=client, start=start, end=end, label=label, locked=locked)
    captions = ";".join(f"Spalte {n}" for n in range(1, WIDTH + 1))
    captions = captions.replace("Spalte 1;Spalte 2;", "Umsatz;Soll/Haben-Kennzeichen;", 1)
    return "\r\n".join([head, captions, *rows, ""]).encode(encoding)


def debtor(
    account, name, *, email="", street="Musterweg 1", postcode="90402", city="Nürnberg", **extra
):
    cells = [""] * 254
    cells[0], cells[1], cells[6] = str(account), f'"{name}"', '"2"'
    cells[14], cells[15], cells[17], cells[18] = (
        '"STR"',
        f'"{street}"',
        f'"{postcode}"',
        f'"{city}"',
    )
    cells[32] = f'"{email}"'
    for key, value in extra.items():
        cells[int(key[1:]) - 1] = value
    return ";".join(cells)


def stammdaten(*rows, client="29098;55003"):
    head = (
        f'"EXTF";700;16;"Debitoren/Kreditoren";5;20261120080000000;;"RE";"";"";{client};20260101;4;'
        ';;"";"";;;;"";;"";;;"03";;;"";""'
    )
    captions = ";".join(["Konto", "Name (Adressattyp Unternehmen)", *("" for _ in range(252))])
    return "\r\n".join([head, captions, *rows, ""]).encode("cp1252")
