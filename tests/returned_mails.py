"""Mails as mail servers send them when one of ours cannot be delivered, and what looks like them."""

from __future__ import annotations

HEAD = """From: MAILER-DAEMON@mx.example
To: buchhaltung@muster.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="grenze"
Message-ID: <bounce-{n}@mx.example>
{more}
This is a MIME-encapsulated message.

--grenze
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--grenze
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Mon, 2 Mar 2026 09:00:00 +0000

{blocks}
--grenze
Content-Type: {returned_type}

{returned}
--grenze--
"""
BLOCK = """Final-Recipient: rfc822; {final}
{original}Action: {action}
Status: {status}
Remote-MTA: dns; mx.beispiel.example
Diagnostic-Code: smtp; 550 {status} {said}
"""


def block(final, action="failed", status="5.1.1", original="", said="User unknown"):
    line = f"Original-Recipient: rfc822;{original}\n" if original else ""
    return BLOCK.format(final=final, action=action, status=status, original=line, said=said)


def report(message_id, *blocks, whole=True, n=1, more=""):
    """A report about the mail of that Message-ID; ``whole``: it carries all of it, else headers."""
    mail = f"From: buchhaltung@muster.example\nMessage-ID: {message_id}\nSubject: Mahnung\n"
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    text = HEAD.format(
        n=n,
        more=more,
        blocks="\n".join(blocks),
        returned_type=kind,
        returned=mail + ("\nGuten Tag\n" if whole else ""),
    )
    return text.replace("\n", "\r\n").encode()


def absence(message_id):
    """An absence note that answers our mail."""
    return (
        "From: kunde@beispiel.example\r\nTo: buchhaltung@muster.example\r\n"
        f"Subject: Abwesend\r\nIn-Reply-To: {message_id}\r\nAuto-Submitted: auto-replied\r\n\r\n"
        "Ich bin bis Montag nicht da.\r\n"
    ).encode()


def complaint(message_id):
    """A complaint (ARF, RFC 5965): he has got it, and does not like it."""
    return (
        "From: fbl@mx.example\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="g"\r\n\r\n'
        "--g\r\nContent-Type: text/plain\r\n\r\nabuse\r\n"
        "--g\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n\r\n"
        f"--g\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\n\r\nx\r\n--g--\r\n"
    ).encode()
