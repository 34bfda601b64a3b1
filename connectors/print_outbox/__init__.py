"""Letters as files in the outbox folder."""
