"""An address that works again: debtor address-ok."""

from __future__ import annotations

import click

from cli.call import Call, command, say
from cli.i18n import tr
from core.services.bad_addresses import address_ok


@click.command(
    "address-ok",
    help=tr(
        "Sagt, dass Mails an einen Kunden wieder ankommen, nachdem welche zurückkamen.",
        "Says that mails to a debtor arrive again after some came back.",
    ),
)
@click.argument("debtor", metavar=tr("KUNDE", "DEBTOR"))
@command(on=True)
def address_ok_command(call: Call, debtor: str) -> None:
    found, addresses = address_ok(call.app, call.id, debtor, by=call.by, on=call.on)
    listed = ", ".join(addresses)
    call.show(
        {"id": found.id, "addresses": list(addresses)},
        lambda: say(
            f"{found.name}: Mails gehen wieder an {listed}.",
            f"{found.name}: mails go to {listed} again.",
        ),
    )
