"""What nobody has verified about Stripe's transport, events and webhooks: switches (§1, §4).

The first value of each is what the stand-in does unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

TRANSPORT: Mapping[str, tuple[str, ...]] = {
    # A restricted key without the right: the SDK maps 403, the docs speak of an invalid request,
    # and a wrong key is 401 (§1).
    "permission_error": ("403", "401", "400"),
    # A body that is no form (§1 says only that v1 takes forms).
    "json_body": ("400", "415"),
    # The header of an answer that is replayed for its idempotency key (§1 Idempotency).
    "replay_header": ("true", "absent"),
}
EVENTS: Mapping[str, tuple[str, ...]] = {
    # The default version of the account: of requests that name none (§0.2), of its events, and of
    # endpoints without one of their own (§0.3; for the feed UNVERIFIED).
    "account_version": ("basil_before", "current"),
    # Do events name the account, as those of connected ones do? (§1)
    "connect_events": ("absent", "present"),
    # What endpoints are sent: the object, or the pointer of a thin destination (§4).
    "event_payload": ("snapshot", "thin"),
}
DELIVERY: Mapping[str, tuple[str, ...]] = {
    # Is a retry signed anew, with the time of the retry? (§4)
    "retry_signature": ("fresh", "same"),
    # Are redirects a failure? (§4)
    "redirects": ("failure", "followed"),
    # What a url of an endpoint must be: live mode wants HTTPS (§4).
    "endpoint_url": ("any", "https"),
    # How many endpoints an account may have (§4).
    "endpoint_limit": ("16", "none"),
    # An endpoint whose deliveries all failed (§4).
    "failing_endpoint": ("kept", "disabled"),
    # Does a header carry the scheme v0 beside v1? (§4)
    "v0_signature": ("absent", "present"),
}
SWITCHES: Mapping[str, tuple[str, ...]] = {**TRANSPORT, **EVENTS, **DELIVERY}
