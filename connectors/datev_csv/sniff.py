"""What a file that is not DATEV-Format seems to be, in one German sentence with a remedy."""

from __future__ import annotations

import re

_CSV_HINT = "Bitte den DATEV-Export (EXTF_… oder DTVF_…, CSV) selbst importieren."
_SAVE_AS_CSV = (
    "Die Liste in der Tabellenkalkulation mit „Speichern unter … CSV (Trennzeichen-getrennt)“ "
    "speichern, oder besser den DATEV-Export unverändert importieren."
)
# Magic bytes -> what it is, and what to do.
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "ein PDF-Dokument", _CSV_HINT),
    (b"\xd0\xcf\x11\xe0", "eine alte Office-Datei (z. B. XLS)", _SAVE_AS_CSV),
    (b"{\\rtf", "ein RTF-Dokument", _CSV_HINT),
    (b"\x1f\x8b", "ein gzip-Archiv", "Bitte entpacken und die CSV-Dateien importieren."),
    (b"7z\xbc\xaf", "ein 7-Zip-Archiv", "Bitte entpacken und die CSV-Dateien importieren."),
    (b"Rar!", "ein RAR-Archiv", "Bitte entpacken und die CSV-Dateien importieren."),
    (b"\x89PNG", "ein Bild (PNG)", _CSV_HINT),
    (b"\xff\xd8\xff", "ein Bild (JPEG)", _CSV_HINT),
    (b"MZ", "ein Windows-Programm", _CSV_HINT),
    (b"\x7fELF", "ein Programm", _CSV_HINT),
    (b"SQLite format 3", "eine SQLite-Datenbank", _CSV_HINT),
)
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_OBE = re.compile(r"\x1d?\s*(ED0000\d|EV01|DV01|DE001)", re.IGNORECASE)
_BANK_DATE = re.compile(r"\d{2}\.\d{2}\.\d{2}(\d{2})?")
_ASCII_TEMPLATE = re.compile(r'"?[A-Z]{3}"?;[+-]\d')
_HTML = re.compile(r"<(!doctype html|html|head|body|table)\b", re.IGNORECASE)
_CAPTIONS_WITHOUT_HEADER = re.compile(
    r'"?(Umsatz|Konto)\b.{0,40};"?(Soll/Haben|S/H|Name \()', re.IGNORECASE
)


def refusal_of_bytes(first: bytes) -> str | None:
    """Why these first bytes are no text file; None when they may be text."""
    if first.startswith(b"PK\x03\x04"):
        return _zip(first)
    for magic, what, remedy in _MAGIC:
        if first.startswith(magic) and not (magic == b"MZ" and b"\x00" not in first):
            return f"Das ist {what}, kein DATEV-Export. {remedy}"
    if first.startswith(_UTF16_BOMS):
        return None
    if not first.strip(b"\x00"):
        return (
            "Die Datei enthält nur Nullbytes (vermutlich ein abgebrochener Kopiervorgang). "
            "Export wiederholen und neu kopieren."
        )
    if b"\x00" in first:
        if _looks_like_utf16(first):
            return (
                "Das ist UTF-16-Text ohne Kennung (BOM). In einem Editor öffnen und als "
                "UTF-8 oder Windows-1252 (ANSI) speichern."
            )
        return f"Das ist eine Binärdatei, kein DATEV-Export. {_CSV_HINT}"
    if sum(byte < 9 or 13 < byte < 32 for byte in first) > len(first) // 20:
        return f"Das ist eine Binärdatei, kein DATEV-Export. {_CSV_HINT}"
    return None


def _zip(first: bytes) -> str:
    if b"xl/" in first or b"[Content_Types].xml" in first:
        return f"Das ist eine Excel-Arbeitsmappe (XLSX). Gelesen wird nur CSV. {_SAVE_AS_CSV}"
    if b"opendocument.spreadsheet" in first:
        return f"Das ist eine OpenDocument-Tabelle (ODS). Gelesen wird nur CSV. {_SAVE_AS_CSV}"
    return "Das ist ein ZIP-Archiv. Bitte entpacken und die CSV-Dateien darin importieren."


def _looks_like_utf16(first: bytes) -> bool:
    head = first[:400]
    return max(head[0::2].count(0), head[1::2].count(0)) > len(head) // 3


def refusal_of_text(sample: str) -> str:
    """Why this text is refused; called when it is neither DATEV-Format nor an OPOS list."""
    text = sample.lstrip("\ufeff \t\r\n")
    line = text.splitlines()[0] if text.splitlines() else ""
    bare = line.lstrip('"')
    if not text:
        return "Die Datei enthält nur Leerzeichen. Export wiederholen."
    if bare.startswith(("EXTF", "DTVF")) and "\\r\\n" not in line:
        return (
            f"Die erste Zeile beginnt mit „{bare[:12]}“, das ist kein DATEV-Kopfsatz "
            "(erwartet: EXTF oder DTVF, danach ein Trennzeichen). Das erzeugende Programm "
            "schreibt ein eigenes Format; dort den DATEV-Export nach heutigem Format wählen."
        )
    return _known_text(text, line) or (
        "Die Datei ist kein DATEV-Export und keine erkennbare OPOS-Liste: weder Kopfsatz "
        f"(EXTF/DTVF) noch Überschriften wie Konto, Rechnungsnummer, Saldo gefunden. {_CSV_HINT}"
    )


def _known_text(text: str, line: str) -> str | None:
    fields = [part.strip().strip('"') for part in line.split(";")]
    if "\\r\\n" in line and ("EXTF" in line or "DTVF" in line):
        what = "ein Speicherauszug mit ausgeschriebenen Zeilenenden (\\r\\n)"
        remedy = "Das erzeugende Programm muss echte Zeilenumbrüche schreiben."
    elif _HTML.match(text):
        what, remedy = (
            "eine HTML-Seite",
            "Vermutlich wurde eine Fehlerseite gespeichert. " + ("Export erneut herunterladen."),
        )
    elif text.startswith("<"):
        what, remedy = "XML", _CSV_HINT
    elif text.startswith(("{", "[")):
        what, remedy = "JSON", _CSV_HINT
    elif _OBE.match(text):
        what = "das alte DATEV-Postversandformat (OBE/KNE, vor 2018)"
        remedy = "In DATEV neu im DATEV-Format (EXTF/DTVF) exportieren."
    elif _is_bank_ascii(fields):
        what = "eine Bankumsatzdatei (DATEV ASCII-Kontoauszug)"
        remedy = "Bankumsätze werden nicht gelesen, sondern die daraus gebuchten Stapel."
    elif _ASCII_TEMPLATE.match(line):
        what = "eine ASCII-Buchungsvorlage mit vorzeichenbehafteten Beträgen ohne Kopfsatz"
        remedy = "Im Programm das DATEV-Format (EXTF) als Ausgabe wählen."
    elif _CAPTIONS_WITHOUT_HEADER.match(line):
        what = "ein DATEV-Export ohne Kopfzeile (EXTF …)"
        remedy = (
            "Ohne Kopfzeile sind Wirtschaftsjahr, Sachkontenlänge und Mandant unbekannt. "
            "Die Exportvorlage so ändern, dass die Kopfzeile mitgeschrieben wird."
        )
    else:
        return None
    return f"Das ist {what}. {remedy}"


def _is_bank_ascii(fields: list[str]) -> bool:
    if not 15 <= len(fields) <= 40:
        return False
    return sum(bool(_BANK_DATE.fullmatch(value)) for value in fields[2:8]) >= 1
