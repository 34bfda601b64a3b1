"""Files that a mail carries beside its letter: their names, and the sentence that tells of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from core.letters import lines
from core.letters.clean import clean, umlauts_out
from core.letters.texts import Texts
from core.ports import Attachment, LetterContext

_SECTION = "attachments"
_TYPES = {"application/pdf": ".pdf", "application/xml": ".xml", "text/xml": ".xml"}
_OTHER = ("application/octet-stream", ".bin")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_ENDING = re.compile(r"(\.[A-Za-z]{1,4})+$")
_LONGEST = 60


def safe_type(media_type: str) -> tuple[str, str]:
    """Main and sub type; what is neither PDF nor XML is named as plain bytes, so that no mail
    program opens it as what it claims to be.
    """
    known = media_type.partition(";")[0].strip().lower()
    main, _, sub = (known if known in _TYPES else _OTHER[0]).partition("/")
    return main, sub


def safe_names(attachments: Sequence[Attachment], taken: Iterable[str]) -> Iterator[str]:
    """A name for each: plain ASCII, no path, the ending of its type, none twice or in ``taken``.

    Names are compared as Windows does, without regard to case.
    """
    used = {name.lower() for name in taken}
    for attachment in attachments:
        main, sub = safe_type(attachment.media_type)
        ending = _TYPES.get(f"{main}/{sub}", _OTHER[1])
        stem, number = _stem(attachment), 1
        name = stem + ending
        while name.lower() in used:
            number += 1
            name = f"{stem}-{number}{ending}"
        used.add(name.lower())
        yield name


def _stem(attachment: Attachment) -> str:
    last = re.split(r"[/\\]", attachment.name)[-1]
    stem = _plain(_ENDING.sub("", last))
    return stem or _plain(f"Rechnung-{attachment.number}") or "Rechnung"


def _plain(text: str) -> str:
    text = umlauts_out(clean(text))
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return _UNSAFE.sub("-", ascii_text).strip("-._ ")[:_LONGEST].rstrip("-._ ")


def sentence(context: LetterContext, texts: Texts) -> str:
    """Says which of the dunned invoices are attached; "" when none is.

    Not part of ``text_version``: what is attached is decided when the mail leaves, and a copy of
    an invoice changes nothing of what was approved.
    """
    attached = context.attachments
    if not attached:
        return ""
    every = len(attached) >= len(lines.claims(context.notice))
    key = ("one" if len(attached) == 1 else "all") if every else _some(attached)
    numbers = [clean(each.number) for each in attached]
    *first, last = numbers
    joined = texts.get(_SECTION, "and").join([", ".join(first), last]) if first else last
    return texts.fill(_SECTION, key, numbers=joined)


def _some(attached: Sequence[Attachment]) -> str:
    return "some_one" if len(attached) == 1 else "some"
