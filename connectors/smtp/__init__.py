"""Mail over SMTP."""

from connectors.smtp.channel import SmtpChannel

__all__ = ["SmtpChannel"]
