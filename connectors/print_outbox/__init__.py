"""Letters for printing: one folder per creditor that a person prints from."""

from connectors.print_outbox.channel import OutboxChannel

__all__ = ["OutboxChannel"]
