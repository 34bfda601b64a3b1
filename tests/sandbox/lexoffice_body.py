"""A body that creates an invoice, a credit note or a dunning; fields can be replaced."""


def body(contact=None, **fields):
    address = {"contactId": contact} if contact else {"name": "Laufkundschaft", "countryCode": "DE"}
    line = {
        "type": "custom",
        "name": "Malerarbeiten",
        "quantity": 2,
        "unitName": "Stunde",
        "unitPrice": {"currency": "EUR", "netAmount": 50, "taxRatePercentage": 19},
    }
    return {
        "voucherDate": "2026-11-20T00:00:00.000+01:00",
        "address": address,
        "lineItems": [line],
        "totalPrice": {"currency": "EUR"},
        "taxConditions": {"taxType": "net"},
        "shippingConditions": {"shippingType": "none"},
        **fields,
    }
