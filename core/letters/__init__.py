"""Letters and mails: Typst and mail templates, rendering, GiroCode."""
