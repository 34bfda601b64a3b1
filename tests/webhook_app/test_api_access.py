"""Who may read the API: a token of the creditor's own list, signed with his secret, and no other."""

import base64
import json

import pytest
from desk_visit import DeskRig
from jose import jwt

from core.errors import UsageError
from core.services.api_tokens import SCOPES, create_token, revoke_token, tokens


@pytest.fixture
def rig(tmp_path):
    it = DeskRig(tmp_path)
    yield it
    it.close()


def token(rig, *scopes, days=30, creditor=None):
    chosen = scopes or SCOPES
    return create_token(rig.app, creditor or rig.id, "Kasse", chosen, days, by="erika")


def ask(rig, text, path="/api/v1/open-items", kind="Bearer", client=None):
    headers = {"Authorization": f"{kind} {text}"} if text is not None else {}
    return (client or rig.web.test_client()).get(path, headers=headers)


def secret_of(rig):
    with rig.app.store.read() as tx:
        return rig.app.platforms.decrypt(tx.creditors.secrets(rig.id)["api_secret"])


def claims_of(made):
    return jwt.get_unverified_claims(made.jwt)


def part(document):
    text = json.dumps(document, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def test_a_token_opens_what_it_names_and_nothing_else(rig):
    made = token(rig, "items:read")
    assert ask(rig, made.jwt).status_code == 200
    for path in ("proposals", "verdicts"):
        answer = ask(rig, made.jwt, f"/api/v1/{path}")
        assert answer.status_code == 403
        assert answer.mimetype == "application/problem+json"
        assert answer.get_json()["title"] == "insufficient_scope"
        assert f'scope="{path}:read"' in answer.headers["WWW-Authenticate"]


def test_without_a_token_the_answer_says_what_is_missing(rig):
    answer = ask(rig, None)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="mahnwerk"'
    assert answer.get_json()["status"] == 401
    assert ask(rig, token(rig).jwt, kind="Basic").status_code == 401


def test_it_ends_on_its_day_and_at_once_when_revoked(rig):
    made, other = token(rig, days=2), token(rig)
    rig.clock.advance(days=2, seconds=-1)
    assert ask(rig, made.jwt).status_code == 200
    rig.clock.advance(seconds=1)
    assert ask(rig, made.jwt).status_code == 401
    assert ask(rig, other.jwt).status_code == 200
    assert revoke_token(rig.app, rig.id, other.token.jti, by="erika")
    assert ask(rig, other.jwt).status_code == 401
    assert not revoke_token(rig.app, rig.id, other.token.jti, by="erika")


def test_a_clock_that_was_set_back_a_little_keeps_tokens_alive(rig):
    made = token(rig)
    rig.clock.advance(seconds=-50)
    assert ask(rig, made.jwt).status_code == 200
    rig.clock.advance(hours=-1)
    assert ask(rig, made.jwt).status_code == 401


def test_a_token_without_signature_opens_nothing(rig):
    claims = claims_of(token(rig))
    for alg in ("none", "None", "NONE", "nOnE"):
        bare = f"{part({'alg': alg, 'typ': 'JWT'})}.{part(claims)}."
        assert ask(rig, bare).status_code == 401, alg


def test_the_header_does_not_choose_how_it_is_checked(rig):
    claims, secret = claims_of(token(rig)), secret_of(rig)
    for algorithm in ("HS384", "HS512"):  # rightly signed, and yet not as we sign
        assert ask(rig, jwt.encode(claims, secret, algorithm)).status_code == 401, algorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    assert ask(rig, jwt.encode(claims, pem, "RS256")).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"aud": "other"},
        {"aud": None},
        {"iss": "other"},
        {"iss": None},
        {"sub": None},
        {"jti": "0" * 32},
        {"jti": None},
        {"exp": None},
        {"exp": "9999999999"},
        {"exp": True},
        {"iat": None},
        {"iat": 99999999999},
    ],
    ids=lambda change: "-".join(f"{k}:{v}" for k, v in change.items()),
)
def test_what_is_signed_must_be_ours_in_every_part(rig, change):
    claims = {k: v for k, v in (claims_of(token(rig)) | change).items() if v is not None}
    assert ask(rig, jwt.encode(claims, secret_of(rig), "HS256")).status_code == 401


def test_a_forged_right_is_none(rig):
    """Even whoever has the secret gets no more than the list of tokens says."""
    made = token(rig, "items:read")
    claims = claims_of(made) | {"scope": " ".join(SCOPES)}
    forged = jwt.encode(claims, secret_of(rig), "HS256")
    assert ask(rig, forged).status_code == 200
    assert ask(rig, forged, "/api/v1/proposals").status_code == 403


def test_a_token_of_one_creditor_is_worth_nothing_at_another(rig):
    rig.customers()
    other = rig.another_creditor()
    mine, theirs = token(rig), token(rig, creditor=other)
    assert ask(rig, theirs.jwt).get_json()["data"] == []
    assert len(ask(rig, mine.jwt).get_json()["data"]) == 5
    # With the other's secret in hand, still nobody reads ours.
    with rig.app.store.read() as tx:
        secret = rig.app.platforms.decrypt(tx.creditors.secrets(other)["api_secret"])
    for claims in (claims_of(mine), claims_of(theirs) | {"sub": str(rig.id)}):
        assert ask(rig, jwt.encode(claims, secret, "HS256")).status_code == 401
    with pytest.raises(UsageError):
        revoke_token(rig.app, rig.id, theirs.token.jti, by="erika")


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "a.b.c", "é", "x" * 5000, "eyJhbGciOiJIUzI1NiJ9.e30.", part([1]) + ".e30.x"],
    ids=["empty", "dot", "dots", "abc", "umlaut", "long", "no-claims", "list"],
)
def test_rubbish_is_a_plain_401(rig, text):
    token(rig)  # there is a secret
    answer = rig.web.test_client().get(
        "/api/v1/open-items", headers={"Authorization": f"Bearer {text}".encode().decode("latin-1")}
    )
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "claims",
    [r'{"sub":"\ud800"}', r'{"sub":"\u0000"}', "[" * 2900, '{"sub":' + "[" * 2900],
    ids=["half-character", "nul", "nested", "nested-subject"],
)
def test_a_token_made_to_break_the_reader_is_a_plain_401_too(rig, claims):
    """Before its signature is looked at, it must not reach the database nor the end of the stack."""
    token(rig)
    body = base64.urlsafe_b64encode(claims.encode()).rstrip(b"=").decode()
    assert ask(rig, f"{part({'alg': 'HS256'})}.{body}.AAAA").status_code == 401


def test_the_token_is_kept_nowhere_and_shown_by_no_repr(rig):
    made = token(rig)
    stored = b"".join(each.read_bytes() for each in rig.office.composed.home.glob("mahnwerk.db*"))
    assert made.jwt.encode() not in stored
    assert made.jwt.split(".")[2].encode() not in stored
    assert secret_of(rig).encode() not in stored
    assert made.jwt not in repr(made)
    assert [each.name for each in tokens(rig.app, rig.id)] == ["Kasse"]


def test_whoever_tries_tokens_waits_and_who_has_one_does_not(rig):
    made, client = token(rig), rig.web.test_client()
    answers = [ask(rig, f"a.b.{n}", client=client) for n in range(40)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert ask(rig, made.jwt, client=client).status_code == 200


@pytest.mark.parametrize(
    ("name", "scopes", "days", "told"),
    [
        ("", ["items:read"], 1, "--name"),
        ("Kasse\n", ["items:write"], 1, "items:write"),
        ("Kasse", [], 1, "items:read"),
        ("Kasse", ["items:read"], 0, "1 bis 3650"),
        ("Kasse", ["items:read"], 3651, "1 bis 3650"),
    ],
    ids=["no-name", "bad-scope", "no-scope", "no-day", "too-many-days"],
)
def test_a_token_that_cannot_be_says_which_option(rig, name, scopes, days, told):
    with pytest.raises(UsageError, match=told):
        create_token(rig.app, rig.id, name, scopes, days, by="erika")
    assert tokens(rig.app, rig.id) == []


def test_after_the_key_is_lost_a_new_token_works_and_old_ones_do_not(rig):
    old = token(rig)
    with rig.app.store.write() as tx:
        tx.creditors.save_secret(rig.id, "api_secret", "gAAAAA-of-another-key")
    assert ask(rig, old.jwt).status_code == 500
    new = token(rig)
    assert ask(rig, new.jwt).status_code == 200
    assert ask(rig, old.jwt).status_code == 401
