"""Guards between an event and its effect: where they stand, and how each is taken out."""

from __future__ import annotations

from guard_off import Guard, rewritten, without
from guards_delivery import COMMIT

ONE = "core.services.inbox:_Work._one"

EVENTS = (
    Guard(
        1, "what an event changed is judged anew at once", "core.services.recheck:recheck_notices",
        without("core.services.recheck:recheck_notices", lambda *_args, **_options: []),
        "test_01_events_payment_withdraws.py"
        "::test_a_reported_payment_withdraws_the_reminder_before_anybody_sends",
    ),
    Guard(
        2, "a notice that ended while its mail was rendered is not handed over", COMMIT,
        rewritten(COMMIT, ("current.state in ENDED", "current.state in ()")),
        "test_02_events_cross_with_the_send.py"
        "::test_an_event_while_the_mail_is_rendered_ends_the_notice_and_says_so",
    ),
    Guard(
        2, "two threads of one process never hold one lease", "core.services.owner:this_task",
        without("core.services.owner:this_task", lambda: "kontor/1/the-process"),
        "test_02_events_cross_with_the_send.py"
        "::test_two_threads_do_not_work_on_the_same_events",
    ),
    Guard(
        16, "whatever one event does, the others are worked on", ONE,
        rewritten(ONE, ("except Exception as error:", "except ZeroDivisionError as error:")),
        "test_16_events_one_bad_event.py::test_the_payment_behind_a_bad_event_is_seen",
    ),
    Guard(
        18, "an event is done after its effect", ONE,
        rewritten(
            ONE,
            ("self._effect(thing)",
             "self._finish(thing.events, InboxState.DONE); self._effect(thing)"),
        ),
        "test_18_events_counted_before_their_effect.py"
        "::test_a_worker_that_is_killed_while_it_reads_leaves_the_event",
    ),
    Guard(
        19, "all waiting events of one object are one question",
        "core.services.inbox_objects:things",
        rewritten(
            "core.services.inbox_objects:things",
            ("each.id if kind in _EACH_ITSELF else 0", "each.id"),
        ),
        "test_19_event_storms.py::test_a_hundred_events_of_one_invoice_are_one_question",
    ),
)  # fmt: skip
