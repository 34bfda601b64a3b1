"""lexoffice (Lexware Office): invoices, payments and contacts by the Public API v1."""
