"""sevDesk: invoices, payments and contacts by its API v1."""
