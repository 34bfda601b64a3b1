"""Documents of the stand-ins: a real PDF of one page."""

from __future__ import annotations

from collections.abc import Sequence

_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
    b"/Resources << /Font << /F1 5 0 R >> >> >>"
)
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def document(lines: Sequence[str]) -> bytes:
    """A PDF with one line of text below the other; the same lines give the same bytes."""
    shown = b"".join(b"(%s) Tj T*\n" % _text(line) for line in lines if line)
    stream = b"BT /F1 12 Tf 16 TL 70 770 Td\n%sET" % shown
    content = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate((_CATALOG, _PAGES, _PAGE, content, _FONT), 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\n" % (len(offsets) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def _text(line: str) -> bytes:
    plain = line.encode("cp1252", "replace").replace(b"\\", b"\\\\")
    return plain.replace(b"(", b"\\(").replace(b")", b"\\)")
