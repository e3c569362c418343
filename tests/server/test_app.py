"""The server as a whole: starting, stopping, signing in, headers, error pages, logs."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from actionlearn import accounts, i18n
from actionlearn.server.app import PATIENCE, make_server
from actionlearn.server.web.context import ServerContext
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.server.web.security_headers import HEADERS
from actionlearn.settings import read_settings
from actionlearn.store import open_store

from ..support.served_kit import CANARY, World

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts."""
    made = World(tmp_path_factory.mktemp("app")).start(cold=True)
    yield made
    made.stop()


def serve(data: Path, port: int) -> subprocess.CompletedProcess[str]:
    """Start another server and wait for its end."""
    command = [sys.executable, "-m", "actionlearn", "serve", "--data", str(data), "--port", str(port)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def cookie(answer) -> str:
    """Return the cookie an answer sets."""
    return str(answer.headers["Set-Cookie"])


# Starting and stopping


def test_a_taken_port_is_said(tmp_path: Path):
    """A port that something else has: one sentence, exit 1, no trace."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = serve(tmp_path / "data", taken.getsockname()[1])
    assert done.returncode == 1
    assert "already listens" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_server_on_one_folder_is_refused(world: World):
    """It names the first, and the first goes on."""
    done = serve(world.data, 0)
    assert done.returncode == 1
    assert world.process
    assert str(world.process.pid) in done.stderr
    assert "Traceback" not in done.stderr
    assert world.ask("", "GET", "/health").status == 200


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path):
    """A file stands where the folder should be."""
    (tmp_path / "data").write_text("no folder")
    done = serve(tmp_path / "data", 0)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr


def test_a_stop_is_clean_and_what_a_killed_server_left_is_no_hindrance(tmp_path: Path):
    """SIGTERM ends it with 0 and no process left; after a kill -9 the next one starts on the same folder."""
    made = World(tmp_path).start(cold=True)
    assert made.ask("ana", "POST", f"/api/workbooks/{made.book['ana/impact']}/live").status == 200
    children = made.children()
    assert children, "a kernel runs"
    assert made.stop() == 0
    assert not [child for child in children if child.is_running() and child.status() != "zombie"]
    made.start(cold=True)
    assert made.process
    made.process.kill()
    made.process.wait()
    made.start(cold=True)
    assert made.stop() == 0


# Signing in


def link(world: World, who: str) -> str:
    """Make a sign-in link."""
    with open_store(world.data) as store:
        return accounts.new_link(store, world.person[who])


def test_opening_a_link_spends_nothing_and_pressing_the_button_does(world: World):
    """Scanners of mail open links, and some press the button: the third press finds it spent."""
    path = f"/in/{link(world, 'ben')}"
    for _ in range(3):
        shown = world.ask("", "GET", path)
        assert shown.status == 200
        assert "Set-Cookie" not in shown.headers
    pressed = world.ask("", "POST", path, b"", FORM)
    assert pressed.status == 303
    for word in (f"{SESSION_COOKIE}=", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie(pressed)
    session = re.search(f"{SESSION_COOKIE}=([^;]+)", cookie(pressed))
    assert session
    assert world.ask(session[1], "GET", "/").status == 200
    assert world.ask("", "POST", path, b"", FORM).status == 303
    spent = [world.ask("", "POST", path, b"", FORM), world.ask("", "GET", path)]
    assert [answer.status for answer in spent] == [401, 401]
    for answer in spent:
        assert i18n.MESSAGES["signin.link_spent"][0] in answer.text
        assert path not in answer.text


def test_whoever_is_not_signed_in_is_asked_to_and_comes_back(world: World):
    """Nothing is wrong: the page says no fault, and leads on to where they wanted."""
    page = world.ask("", "GET", "/desk").text
    assert 'name="next" value="/desk"' in page
    assert 'role="alert"' not in page


def test_a_code_signs_in_on_the_next_device_once(world: World):
    """A signed-in person makes a code; it works once."""
    page = world.ask("ben", "POST", "/code", b"", FORM)
    code = re.search(r"Code: ((?:[A-Z0-9] ?){8})", page.text)
    assert code, page.text
    typed = urlencode({"username": "ben", "code": code[1]}).encode()
    signed = world.ask("", "POST", "/in", typed, FORM)
    assert signed.status == 303
    again = world.ask("", "POST", "/in", typed, FORM)
    assert again.status == 401
    assert 'id="fault"' in again.text


@pytest.mark.parametrize(
    "onward",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/\t/elsewhere.example", ""],
)
def test_signing_in_leads_nowhere_else(world: World, onward: str):
    """Where to go on to is a page of ours, whatever the form says."""
    page = world.ask("will", "POST", "/code", b"", FORM)
    code = re.search(r"Code: ((?:[A-Z0-9] ?){8})", page.text)
    assert code
    form = urlencode({"username": "will", "code": code[1], "next": onward}).encode()
    signed = world.ask("", "POST", "/in", form, FORM)
    assert (signed.status, signed.headers["Location"]) == (303, "/")


def test_signing_out_everywhere_ends_every_session(world: World):
    """This device and the others."""
    with open_store(world.data) as store:
        two = [accounts.new_session(store, world.person["wim"]) for _ in range(2)]
    assert world.ask(two[0], "POST", "/out/everywhere", b"", FORM).status == 303
    assert [world.ask(session, "GET", "/").status for session in two] == [401, 401]


def test_view_as_is_not_there_outside_the_demo(world: World):
    """Nobody becomes somebody else by an address."""
    assert world.ask("", "GET", "/view-as/ana").status == 404


def test_nobody_is_waited_for_for_ever(tmp_path: Path):
    """A request that begins and never ends is closed: tornado waits an hour for its head, and for ever for its body."""
    with open_store(tmp_path / "data") as store:
        server = make_server(ServerContext(store, tmp_path / "data", read_settings({"port": 0}, {})), tmp_path)
        try:
            waits = server.http_server.conn_params
            assert (waits.header_timeout, waits.body_timeout) == (PATIENCE, PATIENCE)
        finally:
            server.clear_instance()


# Headers and error pages


@pytest.mark.parametrize(
    "path", ["/", "/in", "/health", "/nothing", "/static/al/journey/journey.css", "/static/al/no.css"]
)
def test_every_answer_has_the_policy(world: World, path: str):
    """Pages, errors, files and the API: the same headers."""
    answer = world.ask("ana", "GET", path)
    for name in set(HEADERS) - {"Server"}:
        assert answer.headers[name] == HEADERS[name], name


def test_assets_may_be_kept_for_good_under_their_hash(world: World):
    """An address with the hash is immutable; without it the browser asks each time, and gets 304."""
    page = world.ask("ana", "GET", "/").text
    address = re.search(r'href="(/static/al/journey/journey\.css\?v=[0-9a-f]+)"', page)
    assert address
    kept = world.ask("", "GET", address[1])
    assert "immutable" in kept.headers["Cache-Control"]
    plain = world.ask("", "GET", "/static/al/journey/journey.css")
    assert plain.headers["Cache-Control"] == "no-cache"
    again = world.ask("", "GET", "/static/al/journey/journey.css", headers={"If-None-Match": plain.headers["Etag"]})
    assert again.status == 304
    assert world.ask("", "GET", "/static/al/journey/journey.css?v=000000000000").headers["Cache-Control"] == "no-cache"


def test_pages_are_kept_by_nobody(world: World):
    """A page with somebody's words is not stored by browsers or proxies."""
    assert world.ask("ana", "GET", f"/workbooks/{world.book['ana/scope']}").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [("", "/", 401), ("ben", "/workbooks/{book}", 403), ("ana", "/no/such/page", 404), ("ana", "/out", 405)],
)
def test_errors_are_pages_of_ours(world: World, who: str, path: str, status: int):
    """A sentence and what to do; no trace, no name of a library."""
    answer = world.ask(who, "GET", path.format(book=world.book["ana/scope"]))
    assert answer.status == status
    assert "<main" in answer.text
    for word in ("Traceback", "tornado", "jupyter", "HTTPError", CANARY):
        assert word not in answer.text


def test_a_fault_shows_a_reference_and_the_log_has_its_trace(world: World):
    """A workbook whose file is broken: 500, a sentence, a reference; where it happened is in the log alone."""
    id = world.book["will/scope"]
    file = world.data / "cohorts/winter/will/scope-1.ipynb"
    whole = file.read_text("utf-8")
    try:
        file.write_text('{"cells": [', "utf-8")
        answer = world.ask("will", "GET", f"/workbooks/{id}")
        assert answer.status == 500
        reference = re.search(r"<code translate=\"no\">([0-9a-f]{8})</code>", answer.text)
        assert reference, answer.text
        assert any(line.get("reference") == reference[1] and line.get("trace") for line in world.lines())
        file.unlink()
        assert world.ask("will", "GET", f"/workbooks/{id}").status == 404
    finally:
        file.write_text(whole, "utf-8")
    assert world.ask("will", "GET", f"/workbooks/{id}").status == 200


def test_the_language_is_the_readers(world: World):
    """Without a person, what the browser asks for."""
    page = world.ask("", "GET", "/in", headers={"Accept-Language": "pt-PT,pt;q=0.9"})
    assert '<html lang="pt"' in page.text


# Logs


def test_the_log_holds_no_token_no_query_and_no_words(world: World):
    """Every line is JSON; links are masked, queries and answers are not in it."""
    token = link(world, "ana")
    world.ask("", "GET", f"/in/{token}?utm=query-canary")
    world.ask("ana", "GET", "/nothing?secret=query-canary")
    world.save("ana", world.book["ana/impact"], "changed", f"Words {CANARY}")
    world.save("ana", world.book["ana/impact"], "changed", {"bad": CANARY})
    time.sleep(0.3)
    text = world.log.read_text("utf-8")
    for secret in (token, "query-canary", CANARY, *world.session.values()):
        assert secret not in text
    assert any(line.get("path") == "/in/…" for line in world.lines())
    assert all({"at", "level", "from", "message"} <= set(line) for line in world.lines())


FORMS = (
    "/in%2F{0}", "/%69n/{0}", "/IN/{0}", "/In/{0}", "//in/{0}", "/in//{0}", "/in;/{0}", "/in/{0}/", "/in/{0}.",
    "/in\\{0}", "/in?{0}", "/x/../in/{0}", "/in/%20{0}", "/go?to=%2Fin%2F{0}", "/http://x/in/{0}", "/workbooks/{0}",
)  # fmt: skip


def test_the_log_holds_no_link_however_it_is_written(world: World):
    """A mail program that mangles a link, and a person who types it, leave nothing in the log that signs in."""
    token = link(world, "ben")
    spelled = "".join(f"%{ord(letter):02X}" for letter in token)
    for form in FORMS:
        for each in (token, spelled):
            with socket.create_connection(("127.0.0.1", world.port), timeout=30) as line:
                request = (
                    f"GET {form.format(each)} HTTP/1.1\r\nHost: 127.0.0.1:{world.port}\r\nConnection: close\r\n\r\n"
                )
                line.sendall(request.encode())
                while line.recv(4096):
                    pass
    assert world.ask("", "GET", "/nothing-here").status == 404
    text = world.log.read_text("utf-8")
    assert token not in text
    assert spelled not in text
    assert "nothing-here" not in text
    assert any(
        each.get("path") == f"/api/workbooks/{world.book['ana/impact']}/answers/changed" for each in world.lines()
    )
