"""DATEV exports: Buchungsstapel, Debitoren, Zahlungsbedingungen, Diverse Adressen, OPOS lists."""
