"""What the approval page shows; nothing here changes anything."""

from __future__ import annotations

from threading import Lock

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from core.domain.model import ItemId, NoticeState
from core.services.explain import explain_item
from core.services.proposal_view import LISTED, OPEN, is_written, notice_page, notice_view, preview
from webhook_app.desk.door import Door

# Filters of the list, with the states that each shows.
FILTERS: dict[str, tuple[NoticeState, ...]] = {
    "open": OPEN,
    **{state.value: (state,) for state in LISTED},
}
# One letter at a time: several at once would only make each slower.
_PRESS = Lock()


def add_pages(pages: Blueprint, door: Door) -> None:
    """Adds the list, a notice, its letter, and the explanation of an invoice."""

    @pages.get("/")
    def notices() -> ResponseReturnValue:
        visit = door.visit
        chosen = request.args.get("state", "open")
        chosen = chosen if chosen in FILTERS else "open"
        number = request.args.get("page", "1")
        wanted = int(number) if number.isdecimal() and len(number) < 7 else 1
        page = notice_page(visit.app, visit.creditor, FILTERS[chosen], wanted)
        return render_template("desk/notices.html", page=page, chosen=chosen, states=LISTED)

    @pages.get("/notices/<int(max=999999999999):notice>")
    def notice(notice: int) -> ResponseReturnValue:
        visit = door.visit
        view = notice_view(visit.app, visit.creditor, notice, on=visit.today)
        return render_template("desk/notice.html", view=view, written=is_written(view.notice))

    @pages.get("/notices/<int(max=999999999999):notice>/letter.pdf")
    def letter(notice: int) -> ResponseReturnValue:
        visit = door.visit
        with _PRESS:
            pdf = preview(visit.app, visit.creditor, notice, on=visit.today)
        answer = Response(pdf, mimetype="application/pdf")
        answer.headers["Content-Disposition"] = f'inline; filename="{notice}.pdf"'
        # A browser's own viewer of PDF files is a page with styles and scripts of its own.
        answer.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
        return answer

    @pages.get("/items/<int(max=999999999999):item>")
    def item(item: int) -> ResponseReturnValue:
        visit = door.visit
        found = explain_item(
            visit.app, visit.creditor, ItemId(item), on=visit.today, language=visit.app.language
        )
        return render_template("desk/item.html", found=found)
