"""Whatever comes through a websocket: the server goes on, nobody else hears of it, and what a kernel hears is known.

Seeded, so that a run that fails can be had again: ACTIONLEARN_SEED, and ACTIONLEARN_CASES for the long one.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import random
import re
import struct
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import jupyter_client.client
import pytest
from jupyter_client.session import Session
from jupyter_server.services.kernels.connection.base import serialize_binary_message, serialize_msg_to_ws_v1
from websocket import (
    ABNF,
    WebSocket,
    WebSocketBadStatusException,
    WebSocketException,
    WebSocketTimeoutException,
    create_connection,
)

from actionlearn import accounts
from actionlearn.server.live.channel import MAX_MESSAGE, MESSAGES, WorkbookChannel
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import open_store

from ..support.served_kit import CANARY, World
from .live.test_live import kernel_id, live

SEED = int(os.environ.get("ACTIONLEARN_SEED", "4711"))
FEW, MANY = 300, int(os.environ.get("ACTIONLEARN_CASES", "20000"))
#: How many messages of one connection: the allowance of a page is for ten times as many.
AT_ONCE = 50
V1 = "v1.kernel.websocket.jupyter.org"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve; Ben has a live page of his own."""
    made = World(tmp_path_factory.mktemp("sockets"))
    with open_store(made.data) as store:
        made.add_workbook(store, "ben", "autumn", "impact")
    made.start()
    yield made
    made.stop()


def known_types() -> set[str]:
    """Return every kind of message that kernels, comms and clients know, as the libraries have them."""
    from ipykernel.comm.manager import CommManager
    from ipykernel.ipkernel import IPythonKernel

    said = set(re.findall(r'session\.msg\(\s*"(\w+)"', inspect.getsource(jupyter_client.client)))
    comms = {name for name in dir(CommManager) if name.startswith("comm_")}
    return {*IPythonKernel.msg_types, *IPythonKernel.control_msg_types, *said, *comms}


# What a page may say ---------------------------------------------------------------------------


#: Kind of message -> whether a page may say it to its kernel. One that is new to the libraries fails until it is here.
HEARD = {
    "comm_close": True,
    "comm_info_request": True,
    "comm_msg": True,
    "comm_open": True,
    "complete_request": False,
    "connect_request": False,
    "create_subshell_request": False,
    "debug_request": False,
    "delete_subshell_request": False,
    "execute_request": False,
    "history_request": False,
    "input_reply": False,
    "inspect_request": False,
    "interrupt_request": False,
    "is_complete_request": False,
    "kernel_info_request": True,
    "list_subshell_request": False,
    "shutdown_request": False,
    "usage_request": False,
}


def test_every_kind_of_message_there_is_has_a_row():
    """A kind that jupyter_client or ipykernel adds fails here until somebody says who may send it."""
    assert known_types() == HEARD.keys()
    assert {kind for kind, heard in HEARD.items() if heard} == set(MESSAGES)


def bare(subprotocol: str) -> Any:
    """Return the channel of a page that speaks like this, without a kernel behind it."""

    class Bare(WorkbookChannel):
        session, kernel_id, multi_kernel_manager = Session(key=b""), "x", None

    Bare.subprotocol = property(lambda _: subprotocol)
    return Bare.__new__(Bare)


@pytest.mark.parametrize(("width", "order"), [(4, ">"), (8, "<")])
def test_a_message_has_no_more_pieces_than_bytes(width: int, order: str):
    """A number in front that would have us make billions of pieces is looked at first."""
    channel = bare(V1 if width == 8 else "")
    most = struct.pack(f"{order}{'I' if width == 4 else 'Q'}", 2 ** (8 * width - 1) - 1)
    for message in (most, most * 40, b"", b"\0" * width, most[:-1]):
        assert channel._allowed(message) is None


@pytest.mark.parametrize("subprotocol", ["", V1])
@pytest.mark.parametrize("kind", sorted(HEARD))
def test_a_message_passes_where_its_row_says_so(kind: str, subprotocol: str):
    """By each of the ways in which a page can say it, and on the channel of widgets alone."""
    channel = bare(subprotocol)
    for name in ("shell", "control", "stdin", "iopub", "hb", ""):
        message = {**_whole(kind, {"target_name": "jupyter.widget.control"}), "channel": name}
        if subprotocol:
            parts = [json.dumps(message[part]).encode() for part in ("header", "parent_header", "metadata", "content")]
            ways: list[Any] = [serialize_msg_to_ws_v1(parts, name)]
        else:
            ways = [json.dumps(message), serialize_binary_message({**message, "buffers": [b"x"]})]
        for each in ways:
            assert (channel._allowed(each) is not None) == (HEARD[kind] and name == "shell")


#: Ids of all that was said: what comes of it names them.
SAID: set[str] = set()


def _whole(kind: str, content: Any) -> dict[str, Any]:
    header = {"msg_id": str(uuid4()), "msg_type": kind, "username": "", "session": str(uuid4()), "version": "5.3"}
    SAID.update((header["msg_id"], header["session"]))
    return {"header": header, "parent_header": {}, "metadata": {"version": "1.0.0"}, "content": content}


# Noise -----------------------------------------------------------------------------------------


def connect(world: World, who: str, path: str, **more: Any) -> WebSocket:
    """Open a websocket as a page of somebody."""
    return create_connection(
        f"ws://127.0.0.1:{world.port}{path}",
        cookie=f"{SESSION_COOKIE}={world.session[who]}",
        header=["Sec-Fetch-Site: same-origin"],
        origin=f"http://127.0.0.1:{world.port}",
        timeout=60,
        **more,
    )


def value(dice: random.Random, depth: int = 0) -> Any:
    """Return some JSON."""
    kinds = 9 if depth < 3 else 6
    match dice.randrange(kinds):
        case 0:
            return dice.choice((None, True, False))
        case 1:
            return dice.choice((0, -1, 2**63, 2**70, 1e308, float("nan")))
        case 2 | 3:
            return dice.choice(("", "shell", "control", "jupyter.widget", "\x00", "\ud800", "ü" * 40, CANARY))
        case 4 | 5:
            return "".join(chr(dice.randrange(1, 0x2FF)) for _ in range(dice.randrange(40)))
        case 6:
            return [value(dice, depth + 1) for _ in range(dice.randrange(5))]
        case _:
            keys = ("header", "msg_type", "content", "channel", "comm_id", "data", "buffers", "x", "target_name")
            return {dice.choice(keys): value(dice, depth + 1) for _ in range(dice.randrange(5))}


def noise(dice: random.Random) -> tuple[int, bytes]:
    """Return a frame that no page of ours sends: bytes, JSON, or a message with something wrong about it."""
    match dice.randrange(6):
        case 0:
            return dice.choice((ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY)), dice.randbytes(dice.randrange(300))
        case 1:
            return ABNF.OPCODE_TEXT, json.dumps(value(dice)).encode("utf-8", "replace")
        case 2:  # a binary message whose offsets lead anywhere
            count = dice.randrange(6)
            offsets = [dice.choice((0, 4, 2**31, dice.randrange(400))) for _ in range(count)]
            return ABNF.OPCODE_BINARY, struct.pack(f"!{count + 1}I", count, *offsets) + dice.randbytes(60)
        case 3:
            count = dice.randrange(6)
            offsets = [dice.choice((0, 2**63, dice.randrange(400))) for _ in range(count)]
            return ABNF.OPCODE_BINARY, struct.pack(f"<{count + 1}Q", count, *offsets) + dice.randbytes(60)
        case 4 if dice.random() < 0.02:
            return ABNF.OPCODE_TEXT, b" " * (MAX_MESSAGE + 1)
        case _:
            message = _whole(dice.choice((*HEARD, "jupyter.widget", "")), value(dice))
            message["channel"] = dice.choice(("shell", "control", "stdin", "iopub", "", "nothing"))
            for _ in range(dice.randrange(3)):
                message[dice.choice((*message, "buffers"))] = value(dice)
            return ABNF.OPCODE_TEXT, json.dumps(message).encode("utf-8", "replace")


def shout(world: World, path: Callable[[], str], dice: random.Random, cases: int, **more: Any) -> int:
    """Say so many things of no sense; return how many connections it took."""
    connections, left = 0, cases
    while left > 0:
        socket, connections = connect(world, "ana", path(), **more), connections + 1
        with contextlib.suppress(WebSocketException, OSError):
            for _ in range(min(left, AT_ONCE)):
                left -= 1
                opcode, payload = noise(dice)
                if dice.random() < 0.01:  # no frame at all
                    socket.sock.sendall(dice.randbytes(20))
                socket.send(payload, opcode)
        left -= 1
        if dice.random() < 0.5:
            with contextlib.suppress(WebSocketException, OSError):
                socket.close(timeout=2)
        socket.shutdown()  # the line is cut, closed or not
    return connections


def written(world: World) -> dict[str, list[Any]]:
    """Return all that anybody wrote, shared or said."""
    tables = (
        "workbook",
        "draft",
        "revision",
        "audience",
        "submission",
        "comment",
        "note",
        "comment_draft",
        "agreement",
    )
    return {table: rows for table, rows in world.rows().items() if table in tables}


def until(socket: WebSocket, sign: str) -> list[str]:
    """Return what a page hears up to something it waits for, that among it."""
    found: list[str] = []
    while not found or sign not in found[-1]:
        told = socket.recv()
        assert told, found
        found.append(told.decode("utf-8", "replace") if isinstance(told, bytes) else told)
    return found


def parts(cases: int) -> list[int]:
    """Cut a number into parts that take less time than a server waits for an answer to its ping."""
    return [min(1000, cases - done) for done in range(0, cases, 1000)]


def listen(socket: WebSocket) -> list[str]:
    """Return what has come to a page, and answer the server's pings."""
    found: list[str] = []
    wait, _ = socket.gettimeout(), socket.settimeout(0.1)
    with contextlib.suppress(WebSocketTimeoutException):
        while True:
            opcode, told = socket.recv_data(control_frame=True)
            if opcode in (ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY):
                found.append(told.decode("utf-8", "replace"))
    socket.settimeout(wait)
    return found


def hold(world: World, cases: int) -> None:
    """Fuzz both kinds of socket; hold that the server goes on, and that nobody else heard anything of it."""
    dice, scope, his = random.Random(SEED), world.book["ana/scope"], world.book["ben/impact"]
    kernel = kernel_id(live(world, "ben", "ben/impact"))
    push = connect(world, "ben", f"/api/workbooks/{his}/push")
    channel = connect(world, "ben", f"/api/kernels/{kernel}/channels?session_id={uuid4()}")
    until(push, "versions")
    before = written(world)
    for path in (f"/api/kernels/{kernel}/channels", f"/api/workbooks/{his}/push"):
        with pytest.raises(WebSocketBadStatusException):
            connect(world, "ana", path)
    overheard: list[str] = []
    for part in parts(cases):
        shout(world, lambda: f"/api/workbooks/{scope}/push", dice, part // 10)
        for subprotocols in ([], [V1]):
            shout(world, lambda: _channels(world), dice, part // 2, subprotocols=subprotocols)
        overheard += listen(push) + listen(channel)
    assert world.process is not None
    assert world.process.poll() is None
    assert world.ask("", "GET", "/health").status == 200
    assert written(world) == before
    # His own pages are told of his own doing, and of nothing before it.
    base = world.ask("ben", "GET", f"/api/workbooks/{his}/answers").json["answers"]["changed"]["version"]
    assert world.save("ben", his, "changed", "A sign of life", base=base).status == 200
    assert len(until(push, "A sign of life")) == 1
    question = _whole("kernel_info_request", {})
    sign = question["header"]["msg_id"]
    SAID.difference_update((sign, question["header"]["session"]))
    channel.send(json.dumps({**question, "channel": "shell", "buffers": []}))
    heard = overheard + until(channel, sign)
    assert not [each for each in heard if any(id in each for id in SAID)], "somebody else heard of it"
    assert kernel_id(live(world, "ben", "ben/impact")) == kernel
    assert live(world).status == 200
    assert not [line for line in world.lines() if line.get("message") == "fault"]
    push.shutdown()
    channel.shutdown()


def _channels(world: World) -> str:
    """Return the way to Ana's kernel: another one, where the last was shouted down."""
    return f"/api/kernels/{kernel_id(live(world))}/channels?session_id={uuid4()}"


def test_noise_takes_nothing_down_and_reaches_nobody(world: World):
    """A few hundred frames of every kind, through a page's push and its kernel's channels."""
    hold(world, FEW)


@pytest.mark.slow
def test_noise_at_length(world: World):
    """Some ten thousand."""
    hold(world, MANY)


# When a session ends ---------------------------------------------------------------------------


def hears_nothing_more(socket: WebSocket) -> list[str]:
    """Return what comes until the server says that it is over."""
    found: list[str] = []
    with contextlib.suppress(WebSocketException, OSError):
        while (told := socket.recv()) not in ("", b""):
            found.append(str(told))
    return found


def test_signing_out_ends_every_channel_of_a_session_at_once(world: World):
    """Everywhere: what a device that is signed out still has open hears and says no more; another person's goes on."""
    with open_store(world.data) as store:
        tokens = [accounts.new_session(store, world.person["ben"]) for _ in range(2)]
    world.session["ben on A"], world.session["ben on B"] = tokens
    his, kernel = world.book["ben/impact"], kernel_id(live(world, "ben", "ben/impact"))
    paths = (f"/api/workbooks/{his}/push", f"/api/kernels/{kernel}/channels?session_id={uuid4()}")
    for path, sign in (("/out", 1), ("/out/everywhere", 2)):
        device = f"ben on {'A' if sign == 1 else 'B'}"
        sockets = [connect(world, device, each) for each in paths]
        until(sockets[0], "versions")
        others = connect(world, "ana", f"/api/workbooks/{world.book['ana/scope']}/push")
        until(others, "versions")
        assert world.ask(device, "POST", path).status == 303
        question = json.dumps({**_whole("kernel_info_request", {}), "channel": "shell", "buffers": []})
        with contextlib.suppress(WebSocketException, OSError):
            sockets[1].send(question)
        assert not [each for each in hears_nothing_more(sockets[1]) if "kernel_info_reply" in each]
        assert not [each for each in hears_nothing_more(sockets[0]) if "saved_at" in each]
        base = world.ask("ana", "GET", f"/api/workbooks/{world.book['ana/scope']}/answers").json["answers"]["seen"]
        saved = world.save("ana", world.book["ana/scope"], "seen", f"Still here {sign}", base=base["version"])
        assert saved.status == 200
        assert until(others, f"Still here {sign}")
        for each in (others, *sockets):
            each.shutdown()
    with open_store(world.data) as store:
        world.session["ben"] = accounts.new_session(store, world.person["ben"])


def test_what_a_page_is_told_names_no_other_page(world: World):
    """The id of whoever saved stays between that page and the server."""
    push = connect(world, "ana", f"/api/workbooks/{world.book['ana/scope']}/push?client={uuid4()}")
    until(push, "versions")
    client, book = str(uuid4()), world.book["ana/scope"]
    base = world.ask("ana", "GET", f"/api/workbooks/{book}/answers").json["answers"]["seen"]["version"]
    assert world.save("ana", book, "seen", "Told to others", base=base, client=client).status == 200
    assert client not in "".join(until(push, "Told to others"))
    push.shutdown()
