"""Captions of the DATEV-Format as DATEV writes them: the second line of every file.

Kept apart from the reader's own table on purpose: the stand-in must not share its mistakes.
"""

from __future__ import annotations

from itertools import chain

_BANK = (
    "Bankleitzahl {n};Bankbezeichnung {n};Bank-Kontonummer {n};Länderkennzeichen {n};IBAN-Nr. {n};"
    "Leerfeld;SWIFT-Code {n};Abw. Kontoinhaber {n};Kennz. Hauptbankverb. {n};"
    "Bankverb {n} Gültig von;Bankverb {n} Gültig bis"
)
_PERIOD = (
    "Rechnung bis / Zeitraum {n};Skonto1 Datum / Zeitraum {n};{second} Monat / Zeitraum {n};"
    "Skonto 2 Datum / Zeitraum {n};Skonto 2 Monat / Zeitraum {n};"
    "Fällig Datum / Zeitraum {n};Fällig Monat / Zeitraum {n}"
)


def _split(text: str) -> list[str]:
    return text.split(";")


def _numbered(pattern: str, first: int, last: int) -> list[str]:
    """The pattern for every number, all in one row."""
    return list(chain.from_iterable(_split(pattern.format(n=n)) for n in range(first, last + 1)))


POSTINGS_13: tuple[str, ...] = (
    *_split(
        "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Kurs;Basis-Umsatz;"
        "WKZ Basis-Umsatz;Konto;Gegenkonto (ohne BU-Schlüssel);BU-Schlüssel;Belegdatum;"
        "Belegfeld 1;Belegfeld 2;Skonto;Buchungstext;Postensperre;Diverse Adressnummer;"
        "Geschäftspartnerbank;Sachverhalt;Zinssperre;Beleglink"
    ),
    *_numbered("Beleginfo - Art {n};Beleginfo - Inhalt {n}", 1, 8),
    *_split(
        "KOST1 - Kostenstelle;KOST2 - Kostenstelle;Kost-Menge;EU-Land u. UStID (Bestimmung);"
        "EU-Steuersatz (Bestimmung);Abw. Versteuerungsart;Sachverhalt L+L;"
        "Funktionsergänzung L+L;BU 49 Hauptfunktionstyp;BU 49 Hauptfunktionsnummer;"
        "BU 49 Funktionsergänzung"
    ),
    *_numbered("Zusatzinformation - Art {n};Zusatzinformation- Inhalt {n}", 1, 20),
    *_split(
        "Stück;Gewicht;Zahlweise;Forderungsart;Veranlagungsjahr;Zugeordnete Fälligkeit;"
        "Skontotyp;Auftragsnummer;Buchungstyp;USt-Schlüssel (Anzahlungen);"
        "EU-Land (Anzahlungen);Sachverhalt L+L (Anzahlungen);EU-Steuersatz (Anzahlungen);"
        "Erlöskonto (Anzahlungen);Herkunft-Kz;Buchungs GUID;KOST-Datum;SEPA-Mandatsreferenz;"
        "Skontosperre;Gesellschaftername;Beteiligtennummer;Identifikationsnummer;"
        "Zeichnernummer;Postensperre bis;Bezeichnung SoBil-Sachverhalt;"
        "Kennzeichen SoBil-Buchung;Festschreibung;Leistungsdatum;Datum Zuord. Steuerperiode;"
        "Fälligkeit;Generalumkehr (GU);Steuersatz;Land;Abrechnungsreferenz;BVV-Position;"
        "EU-Land u. UStID (Ursprung);EU-Steuersatz (Ursprung);Abw. Skontokonto"
    ),
)
DEBTORS_5: tuple[str, ...] = (
    *_split(
        "Konto;Name (Adressattyp Unternehmen);Unternehmensgegenstand;"
        "Name (Adressattyp natürl. Person);Vorname (Adressattyp natürl. Person);"
        "Name (Adressattyp keine Angabe);Adressattyp;Kurzbezeichnung;EU-Land;EU-UStID;Anrede;"
        "Titel/Akad. Grad;Adelstitel;Namensvorsatz;Adressart;Straße;Postfach;Postleitzahl;Ort;"
        "Land;Versandzusatz;Adresszusatz;Abweichende Anrede;Abw. Zustellbezeichnung 1;"
        "Abw. Zustellbezeichnung 2;Kennz. Korrespondenzadresse;Adresse Gültig von;"
        "Adresse Gültig bis;Telefon;Bemerkung (Telefon);Telefon GL;Bemerkung (Telefon GL);E-Mail;"
        "Bemerkung (E-Mail);Internet;Bemerkung (Internet);Fax;Bemerkung (Fax);Sonstige;"
        "Bemerkung (Sonstige)"
    ),
    *_numbered(_BANK, 1, 5),
    *_split(
        "Leerfeld;Briefanrede;Grußformel;Kunden-/Lief.-Nr.;Steuernummer;Sprache;Ansprechpartner;"
        "Vertreter;Sachbearbeiter;Diverse-Konto;Ausgabeziel;Währungssteuerung;"
        "Kreditlimit (Debitor);Zahlungsbedingung;Fälligkeit in Tagen (Debitor);"
        "Skonto in Prozent (Debitor);Kreditoren-Ziel 1 Tg.;Kreditoren-Skonto 1 %;"
        "Kreditoren-Ziel 2 Tg.;Kreditoren-Skonto 2 %;Kreditoren-Ziel 3 Brutto Tg.;"
        "Kreditoren-Ziel 4 Tg.;Kreditoren-Skonto 4 %;Kreditoren-Ziel 5 Tg.;"
        "Kreditoren-Skonto 5 %;Mahnung;Kontoauszug;Mahntext 1;Mahntext 2;Mahntext 3;"
        "Kontoauszugstext;Mahnlimit Betrag;Mahnlimit %;Zinsberechnung;Mahnzinssatz 1;"
        "Mahnzinssatz 2;Mahnzinssatz 3;Lastschrift;Leerfeld;Mandantenbank;Zahlungsträger"
    ),
    *_numbered("Indiv. Feld {n}", 1, 15),
    *(
        f"{text} (Rechnungsadresse)"
        for text in _split(
            "Abweichende Anrede;Adressart;Straße;Postfach;Postleitzahl;Ort;Land;Versandzusatz;"
            "Adresszusatz;Abw. Zustellbezeichnung 1;Abw. Zustellbezeichnung 2;"
            "Adresse Gültig von;Adresse Gültig bis"
        )
    ),
    *_numbered(_BANK, 6, 10),
    *_split("Nummer Fremdsystem;Insolvent"),
    *_numbered("SEPA-Mandatsreferenz {n}", 1, 10),
    *_split(
        "Verknüpftes OPOS-Konto;Mahnsperre bis;Lastschriftsperre bis;Zahlungssperre bis;"
        "Gebührenberechnung;Mahngebühr 1;Mahngebühr 2;Mahngebühr 3;Pauschalenberechnung;"
        "Verzugspauschale 1;Verzugspauschale 2;Verzugspauschale 3;Alternativer Suchname;Status;"
        "Anschrift manuell geändert (Korrespondenzadresse);"
        "Anschrift individuell (Korrespondenzadresse);"
        "Anschrift manuell geändert (Rechnungsadresse);Anschrift individuell (Rechnungsadresse);"
        "Fristberechnung bei Debitor;Mahnfrist 1;Mahnfrist 2;Mahnfrist 3;Letzte Frist"
    ),
)
TERMS_2: tuple[str, ...] = (
    *_split(
        "Nummer;Bezeichnung;Fälligkeitstyp;Skonto 1%;Skonto 1 Tage;Skonto 2 %;Skonto 2 Tage;"
        "Fällig Tage"
    ),
    *chain.from_iterable(
        _split(_PERIOD.format(n=n, second="Skonto1" if n == 3 else "Skonto 1")) for n in (1, 2, 3)
    ),
    *_split("Leerfeld;Verwendung"),
)
OPOS_LIST: tuple[str, ...] = tuple(
    _split("Konto;Rechnungsnummer;Datum;Fälligkeit;Sollbetrag;Habenbetrag;Saldo;Gegenkonto;"
           "Buchungstext")
)  # fmt: skip
