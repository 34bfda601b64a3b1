"""The hooks under the real server: large, slow, chunked and random bodies, proxies, a good end."""

import gc
import http.client
import json
import random
import select
import socket
import struct
import threading
import tracemalloc
from urllib.parse import urlsplit

import pytest
from hook_desk import lexoffice_body, lexoffice_signed, stripe_body
from waiting import until

from config.web import networks

MEBIBYTE = 1024 * 1024


@pytest.fixture
def url(desk):
    with desk.served() as address:
        yield address


def connect(url):
    parts = urlsplit(url)
    return http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)


def post(url, path, raw, headers, **how):
    connection = connect(url)
    connection.request("POST", path, raw, headers, **how)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def raw_socket(url):
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=20)


def test_events_of_both_platforms_over_one_connection_each(desk, url):
    for path, raw, headers in (
        (desk.stripe_path, stripe_body(1), desk.stripe_headers(stripe_body(1))),
        (desk.lexoffice_path, lexoffice_body(1), lexoffice_signed(lexoffice_body(1))),
    ):
        connection = connect(url)
        for _ in range(3):
            connection.request("POST", path, raw, headers)
            answer = connection.getresponse()
            answer.read()
            assert (answer.status, answer.headers.get("Connection")) == (200, None)  # stays open
            assert answer.headers.get("Server") is None
        connection.close()
    assert len(desk.rows()) == 2


def test_a_body_that_says_it_is_too_large_is_refused_unread(desk, url):
    with raw_socket(url) as opened:
        head = f"POST {desk.stripe_path} HTTP/1.1\r\nHost: x\r\nContent-Length: {10**12}\r\n\r\n"
        opened.sendall(head.encode())
        assert b" 413 " in opened.recv(4096).split(b"\r\n")[0]


def test_a_chunked_body_is_cut_off_when_it_gets_too_large(desk, url):
    with raw_socket(url) as opened:
        head = f"POST {desk.stripe_path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        opened.sendall(head.encode())
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        sent = 0
        try:
            while sent < 200 and not select.select([opened], [], [], 0.002)[0]:
                opened.sendall(chunk)
                sent += 1
        except OSError:
            pass  # it hung up while we were sending
        assert sent < 200
    assert desk.rows() == []


def test_a_chunked_body_of_the_right_size_is_an_event(desk, url):
    raw = stripe_body(1)
    pieces = iter([raw[:10], raw[10:]])
    headers = desk.stripe_headers(raw) | {"Transfer-Encoding": "chunked"}
    assert post(url, desk.stripe_path, pieces, headers, encode_chunked=True) == 200
    assert desk.keys() == ["evt_1"]


def test_slow_senders_keep_nobody_from_an_answer(desk, url):
    """Slowloris: more half-sent requests than there are threads, in the head and in the body."""
    slow = [raw_socket(url) for _ in range(40)]
    head = f"POST {desk.stripe_path} HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n".encode()
    for number, opened in enumerate(slow):
        opened.sendall(head if number % 2 else head + b"\r\n{")
    for number in range(5):
        raw = stripe_body(number)
        assert post(url, desk.stripe_path, raw, desk.stripe_headers(raw)) == 200
        for opened in slow:
            opened.sendall(b" ")
    for opened in slow:
        opened.close()
    assert len(desk.rows()) == 5


def test_however_many_send_slowly_somebody_else_gets_through(desk, caplog):
    """Byte after byte, so that no connection is ever idle."""
    raw = stripe_body(1)
    with desk.served(connections=20) as url:
        slow = [raw_socket(url) for _ in range(40)]
        for each in slow:
            each.sendall(b"GET /healthz HTTP/1.1\r\nA: ")
        for n in range(3):
            raw = stripe_body(n)
            assert post(url, desk.stripe_path, raw, desk.stripe_headers(raw)) == 200
        for each in slow:
            each.close()
    assert len(desk.keys()) == 3
    assert "slow senders" in caplog.text


def test_bodies_that_never_end_do_not_fill_memory(desk, monkeypatch):
    monkeypatch.setattr("webhook_app.serving._MOST_UNFINISHED", 500_000)
    head = b"POST /hooks/stripe/x HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n"
    with desk.served() as url:
        small, *large = [raw_socket(url) for _ in range(4)]
        small.sendall(b"GET /healthz HTTP/1.1\r\n")
        for each in large:
            each.sendall(head + b"x" * 200_000)
        assert until_closed(large[0]) == b""  # who came first has had the longest time
        raw = stripe_body(1)
        assert post(url, desk.stripe_path, raw, desk.stripe_headers(raw)) == 200
        small.sendall(b"Host: x\r\n\r\n")
        assert b" 200 " in small.recv(4096)
        large[2].sendall(b"x" * 700_000)
        assert b" 400 " in large[2].recv(4096)
        for each in (small, *large):
            each.close()


def until_closed(sock):
    """What is read until the other side hangs up."""
    try:
        return sock.recv(4096)
    except ConnectionError:
        return b""


def test_who_sends_nothing_for_long_is_hung_up_on(desk):
    with desk.served(idle_seconds=1) as url, raw_socket(url) as opened:
        opened.sendall(b"POST /hooks/stripe/x HTTP/1.1\r\nContent-")
        assert opened.recv(100) == b""


def test_a_thousand_random_bodies_get_the_right_answer_and_leave_nothing_behind(desk):
    """Right status, no 5xx, and memory stays as it was."""
    chance = random.Random(20260302)
    client = desk.flask().test_client()
    paths = [desk.stripe_path, desk.lexoffice_path, desk.inbound_path, desk.mail_path]
    wanted = {"stripe": {400, 429}, "lexoffice": {400, 429}}

    def send(count):
        for _ in range(count):
            raw = chance.randbytes(chance.choice([0, 1, 20, 300, 9000]))
            path = chance.choice(paths)
            noise = chance.randbytes(30).hex()
            headers = {"Stripe-Signature": f"t=1772442000,v1={noise}", "X-Lxo-Signature": noise,
                       "Mahnwerk-Signature": f"t=1772442000,v1={noise}",
                       "Authorization": f"Bearer {noise}.{noise}.{noise}"}  # fmt: skip
            given = {k: v for k, v in headers.items() if chance.random() < 0.7}
            status = client.post(path, data=raw, headers=given).status_code
            assert status in wanted.get(path.split("/")[2], {400, 429}), (path, status)

    send(750)
    tracemalloc.start()  # slow: for the last quarter only
    try:
        send(50)
        gc.collect()
        before = tracemalloc.take_snapshot()
        send(200)
        gc.collect()
        after = tracemalloc.take_snapshot()
    finally:
        tracemalloc.stop()
    grown = sum(each.size_diff for each in after.compare_to(before, "filename"))
    assert grown < MEBIBYTE // 8, grown  # the bodies alone: thrice that
    assert desk.rows() == []


def test_random_bytes_that_are_rightly_signed_wait_for_a_person(desk, client):
    chance = random.Random(7)
    for _ in range(100):
        raw = chance.randbytes(chance.randrange(1, 400))
        answer = client.post(desk.stripe_path, data=raw, headers=desk.stripe_headers(raw))
        assert answer.status_code == 200
    assert {row[2] for row in desk.rows()} == {"failed"}


def test_the_same_event_from_many_at_once_is_one_row(desk, url):
    raw, statuses = stripe_body(1), []
    headers = desk.stripe_headers(raw)

    def send():
        statuses.append(post(url, desk.stripe_path, raw, headers))

    threads = [threading.Thread(target=send) for _ in range(24)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert statuses == [200] * 24
    assert (desk.keys(), desk.woken) == (["evt_1"], 1)


def test_what_was_begun_is_answered_when_the_server_ends(desk):
    """SIGTERM: nothing new is taken, a request that is under way is not dropped."""
    raw = stripe_body(1)
    with desk.served() as url:
        begun = raw_socket(url)
        head = f"POST {desk.stripe_path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(raw)}\r\n"
        for name, value in desk.stripe_headers(raw).items():
            head += f"{name}: {value}\r\n"
        begun.sendall(head.encode() + b"\r\n" + raw[:20])
        ending = threading.Thread(target=_finish, args=(url, begun, raw[20:]))
        ending.start()
    ending.join(20)
    assert desk.keys() == ["evt_1"]


def _finish(url, begun, rest):
    """Sends the rest once nobody listens any more."""

    def refused():
        try:
            raw_socket(url).close()
        except ConnectionRefusedError:
            return True
        return False

    with begun:
        until(refused)
        begun.sendall(rest)
        assert b" 200 " in begun.recv(4096).split(b"\r\n")[0]


def test_who_hangs_up_leaves_no_token_in_the_log(desk, caplog):
    """A link of the approval page that nobody has used yet stood there."""
    caplog.set_level("INFO")
    flask, begun, gone = desk.flask(), threading.Event(), threading.Event()

    def answer(token):
        begun.set()
        gone.wait(10)
        # More than waitress keeps for a client: it has to notice that there is none.
        return flask.response_class(iter([token, "x" * 17 * MEBIBYTE, token]))

    flask.add_url_rule("/langsam/<token>", view_func=answer)
    with desk.served(flask=flask) as url:
        client = raw_socket(url)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.sendall(b"GET /langsam/GEHEIM HTTP/1.1\r\nHost: x\r\n\r\n")
        assert begun.wait(10)
        client.close()
        gone.set()
        until(lambda: "while serving" in caplog.text)
    assert "GEHEIM" not in caplog.text


def test_what_fails_after_the_answer_was_made_is_told_without_its_path(desk, caplog):
    flask = desk.flask()
    flask.after_request(lambda _answer: 1 // 0)
    assert flask.test_client().post(desk.stripe_path).status_code == 500
    assert "ZeroDivisionError" in caplog.text
    assert desk.stripe_path not in caplog.text


def test_addresses_come_from_trusted_proxies_only(desk):
    """A limit per address must not be dodged by a header, nor hit everybody behind a proxy."""
    lie = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https",
           "X-Forwarded-Host": "boese.example"}  # fmt: skip
    with desk.served() as url:
        connection = connect(url)
        connection.request("GET", "/metrics", headers=lie)
        assert connection.getresponse().status == 403  # somebody stands between: not from here
        connection.close()
    with desk.served(trusted_proxies=networks("127.0.0.1", "x")) as url:
        connection = connect(url)
        connection.request("GET", "/readyz", headers=lie)
        answer = connection.getresponse()
        assert "connections" not in json.loads(answer.read())  # 203.0.113.9 is no monitor
        assert answer.headers["Strict-Transport-Security"]
        connection.close()
