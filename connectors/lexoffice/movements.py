"""Asks for the payments of one voucher."""

from __future__ import annotations

from connectors._values import FieldError
from connectors.lexoffice.client import LexofficeClient
from connectors.lexoffice.kinds import VoucherType
from connectors.lexoffice.payments import Payments, parse_payments
from core.errors import Rejected

_ILLEGAL_STATE = 406  # a draft, or a credit note that is linked to an invoice (§2.6)


def read_movements(
    client: LexofficeClient, external_id: str, type_: VoucherType, currency: str, where: str
) -> Payments | None:
    """The payments; None where lexoffice has none for the state of the voucher, which is no fault.

    Raises:
        FieldError: something of them cannot be read.
        NotFound: there is no such voucher any more.

    """
    try:
        values = client.payments(external_id)
    except Rejected as refused:
        if refused.status == _ILLEGAL_STATE:
            return None
        raise
    try:
        return parse_payments(values, type_, currency, where)
    except FieldError as bad:
        raise FieldError(f"payments.{bad.path}", bad.reason) from None
