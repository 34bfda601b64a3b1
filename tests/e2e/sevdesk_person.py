"""An office that reads sevDesk after a creditor, and what it believes of him (``sevdesk_life``)."""

from __future__ import annotations

from platform_person import PlatformPerson
from sevdesk_life import Life

from connectors.sevdesk.connector import SevdeskConnector
from sandbox.sevdesk import SevdeskSandbox


class Person(Life, PlatformPerson):
    """The creditor, his books, and the office that reads sevDesk after him."""

    slug, stand_in, connector = "sevdesk", SevdeskSandbox, SevdeskConnector
