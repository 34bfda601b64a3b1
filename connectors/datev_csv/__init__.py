"""DATEV exports: Buchungsstapel, Debitoren, Zahlungsbedingungen, Diverse Adressen, OPOS lists."""

from connectors.datev_csv.connector import DatevCsvConnector

__all__ = ["DatevCsvConnector"]
