"""Originals of invoices as files: their bytes, and a name that no folder stumbles over. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from contextlib import suppress
from email.message import Message
from urllib.parse import unquote

MAX_BYTES = 10 * 1024 * 1024  # a mail must still be able to carry it
PDF = "application/pdf"
_MAX_NAME = 100
_BASE64_PDF = b"JVBERi0"  # "%PDF-" of base64


def plain(content: bytes) -> bytes:
    """The bytes themselves: some gateways answer with base64 text whatever was asked."""
    if not content.lstrip().startswith(_BASE64_PDF):
        return content
    try:
        return base64.b64decode(b"".join(content.split()), validate=True)
    except binascii.Error:
        return content


def file_name(headers: Mapping[str, str]) -> str:
    """The name in Content-Disposition, made safe; "" without one.

    Seen: ``inline; filename=Rechnung_RE0009.pdf;``. Quoted and ``filename*`` (RFC 6266) as well.
    """
    text = next((v for k, v in headers.items() if k.lower() == "content-disposition"), "")
    extended = re.search(r"filename\*\s*=\s*([\w-]+)'[^']*'([^;\s]+)", text, re.ASCII)
    if extended:
        try:
            return safe_name(unquote(extended[2], encoding=extended[1], errors="strict"))
        except (LookupError, UnicodeDecodeError):
            pass
    message = Message()
    message["Content-Disposition"] = " ".join(text.split())
    plain = message.get_filename() or ""
    with suppress(UnicodeError):  # headers arrive read as Latin-1
        plain = plain.encode("latin-1").decode("utf-8")
    return safe_name(plain)


def safe_name(name: str) -> str:
    """A name that no folder and no mail stumbles over, ending in .pdf; "" when nothing is left."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(sign if sign.isalnum() or sign in "-_.() " else "_" for sign in last)
    stem = re.sub(r"\.pdf$", "", kept.strip(" ._"), flags=re.IGNORECASE).strip(" ._")
    return f"{stem[:_MAX_NAME].rstrip(' ._')}.pdf" if stem else ""
