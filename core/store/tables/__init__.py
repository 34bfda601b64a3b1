"""Tables. Keys and foreign keys are composite (creditor, id): nothing crosses two creditors.

Money is BIGINT minor units beside its currency; days are DATE; instants are ISO 8601 UTC text;
structured extras are JSON text. No Numeric and no Float column anywhere (architecture §4.1). Text that
comes from outside has no length limit: PostgreSQL would refuse what SQLite takes.
"""

from __future__ import annotations

from core.store.tables.books import (
    allocation,
    connection,
    counter,
    creditor,
    debtor,
    import_batch,
    open_item,
    opos_balance,
    payment,
    payment_term,
    posting,
    sundry_address,
)
from core.store.tables.columns import metadata
from core.store.tables.dunning import (
    charge,
    delivery,
    dunning_run,
    event_head,
    event_log,
    event_payload,
    hold,
    lease,
    notice,
    notice_item,
    run_input,
    run_verdicts,
    task,
)
from core.store.tables.inbox import (
    api_token,
    bad_address,
    hook,
    inbox_event,
    web_login,
    work_state,
    worker_seen,
)
from core.store.tables.links import claim_decision, debtor_apart, debtor_link
from core.store.tables.platform import platform_notice, request_budget, source_record

__all__ = [
    "allocation",
    "api_token",
    "bad_address",
    "charge",
    "claim_decision",
    "connection",
    "counter",
    "creditor",
    "debtor",
    "debtor_apart",
    "debtor_link",
    "delivery",
    "dunning_run",
    "event_head",
    "event_log",
    "event_payload",
    "hold",
    "hook",
    "import_batch",
    "inbox_event",
    "lease",
    "metadata",
    "notice",
    "notice_item",
    "open_item",
    "opos_balance",
    "payment",
    "payment_term",
    "platform_notice",
    "posting",
    "request_budget",
    "run_input",
    "run_verdicts",
    "source_record",
    "sundry_address",
    "task",
    "web_login",
    "work_state",
    "worker_seen",
]
