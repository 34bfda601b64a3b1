"""The XML of an electronic invoice, with the bare facts."""

from __future__ import annotations

from xml.sax.saxutils import escape

from sandbox.lexoffice.model import Voucher


def xrechnung(voucher: Voucher) -> bytes:
    """An XML in the place of an XRechnung; its facts are the voucher's, the rest is left out."""
    due = f"<cbc:DueDate>{voucher.due}</cbc:DueDate>" if voucher.due else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ubl:Invoice xmlns:ubl="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
        'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
        f"<cbc:ID>{escape(voucher.number)}</cbc:ID><cbc:IssueDate>{voucher.on}</cbc:IssueDate>{due}"
        f'<cbc:PayableAmount currencyID="EUR">{voucher.gross:.2f}</cbc:PayableAmount>'
        "</ubl:Invoice>\n"
    ).encode()
