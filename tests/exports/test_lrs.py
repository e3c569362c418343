"""Statements for a learning record store: true to the specification, without words, and there once whatever fails."""

from __future__ import annotations

import asyncio
import json
import os
from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from ralph.models.xapi.base.statements import BaseXapiStatement

from actionlearn.cli.lrs import lrs as lrs_command
from actionlearn.errors import BadInput
from actionlearn.exports import lrs as records
from actionlearn.exports.lrs import Target
from actionlearn.server.scheduled.lrs import LrsSender
from actionlearn.server.web.context import ServerContext
from actionlearn.server.workbooks.state import notebook_contents
from actionlearn.settings import read_settings
from actionlearn.store import open_store
from actionlearn.store.erasure import personal_rows
from actionlearn.store.outbound import statements
from actionlearn.store.reviews import coach_answers, comments, submissions
from actionlearn.store.workbooks import workbooks

from ..support.lrs import GOALS, Lrs, go, live, looked_at, make_due, meet, real
from ..support.served_kit import CANARY, World

#: Every verb there is.
KINDS = {"initialized", "answered", "progressed", "completed", "commented", "shared", "attended", "scored"}


@pytest.fixture
def lrs() -> Iterator[Lrs]:
    """Run a record store."""
    made = Lrs()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> World:
    """Make two cohorts, and what happened before anybody looked."""
    return World(tmp_path_factory.mktemp("records"))


@pytest.fixture
def scene(world: World) -> Iterator[SimpleNamespace]:
    """Begin to look; what happens is up to the test."""
    with looked_at(world) as made:
        yield made


def test_every_statement_is_true_to_the_specification_and_holds_no_word(scene, lrs):
    """Held to the models of ralph; accounts, UTC, no nulls; of scales only what the whole cohort was shown."""
    live(scene)
    done = go(scene, lrs)
    assert (done.sent, done.aside, done.later) == (len(lrs.kept), 0, 0)
    assert set(lrs.verbs()) == KINDS - {"attended"}
    for each in lrs.kept.values():
        BaseXapiStatement.model_validate(each)
        assert set(each["actor"]) == {"objectType", "account"}
        assert each["actor"]["account"]["homePage"] == "https://learn.example.org/"
        assert each["timestamp"].endswith("Z")
    text = json.dumps(list(lrs.kept.values()))
    assert CANARY not in text
    assert "null" not in text
    assert lrs.asked[0]["x-experience-api-version"] == "1.0.3"
    assert lrs.asked[0]["authorization"] == "Basic " + b64encode(b"us:secret").decode()


def test_a_score_is_of_a_scale_or_a_goal_and_says_whose_word_it_is(scene, lrs):
    """A learner's scale and goals where the whole cohort was shown them, a coach's scale by the coach's name."""
    live(scene)
    go(scene, lrs)
    scored = {each["object"]["id"]: each for each in lrs.kept.values() if each["verb"]["id"].endswith("scored")}
    home = f"https://learn.example.org/xapi/autumn/{scene.store.read(lambda c: workbooks.workbook(c, scene.book).template)}"
    assert {id.removeprefix(f"{home}/"): each["result"]["score"] for id, each in scored.items()} == {
        "sure": {"raw": 4, "min": 1, "max": 5, "scaled": 0.75},
        f"goals/{GOALS[0]['row']}": {"raw": 1, "min": -2, "max": 2, "scaled": 0.5},
        "shows": {"raw": 3, "min": 0, "max": 4, "scaled": 0.75},
    }
    by = {id.rpartition("/")[2]: each["context"].get("instructor", {}) for id, each in scored.items()}
    assert by.pop("shows")["account"]["name"] == "cora"
    assert not any(by.values())
    assert {each["actor"]["account"]["name"] for each in scored.values()} == {"ana"}


def test_a_coachs_scale_that_is_held_is_nobodys_score(scene, lrs):
    """Nor one that was emptied again before it left."""
    live(scene)
    shared = scene.store.read(lambda c: submissions.submissions_of(c, scene.book))[-1]
    of = {"submission": shared.id, "coach": scene.world.person["cora"], "prompt": "shows"}
    scene.store.write(lambda c: coach_answers.save(c, **of, client="emptied", seq=1, base=1, value=None))
    held = of | {"coach": scene.world.person["fay"]}
    scene.store.write(lambda c: coach_answers.save(c, **held, client="f", seq=1, base=0, value=1))
    go(scene, lrs)
    assert not any(each["object"]["id"].endswith("/shows") for each in lrs.kept.values())


def test_who_writes_in_a_meeting_of_their_set_attended_it(scene, lrs):
    """Each once, however much they wrote; what a set has together nobody has begun or finished alone."""
    meet(scene)
    go(scene, lrs)
    assert lrs.verbs() == ["answered", "answered", "attended"]
    assert CANARY not in json.dumps(list(lrs.kept.values()))


def test_text_goes_along_only_where_it_is_turned_on_and_was_for_the_whole_cohort(scene, lrs):
    """What a coach alone was given does not, nor does a comment."""
    live(scene)
    go(scene, lrs, text=True)
    told = [each["result"] for each in lrs.kept.values() if "response" in each.get("result", {})]
    assert sorted(each["response"][:4] for each in told) == ["4", "Said", "What"]  # the table of goals
    assert "Why" not in json.dumps(list(lrs.kept.values()))


def test_nothing_is_sent_twice_and_nothing_from_before(scene, lrs):
    """A second look finds nothing; what Ana wrote before anybody looked stays here."""
    live(scene)
    first = go(scene, lrs)
    assert first.sent > 0
    assert go(scene, lrs) == records.SendReport()
    assert scene.world.book["ana/scope"] not in json.dumps(list(lrs.kept.values()))


@pytest.mark.parametrize("status", [503, 500, 429, 401, 404, 302])
def test_where_it_cannot_everything_waits_and_is_tried_again(scene, lrs, status):
    """Later each time; a redirect is not followed; once it is back, all of it arrives, once."""
    live(scene)
    lrs.answers = [status]
    found = go(scene, lrs)
    assert (found.sent, found.aside) == (0, 0)
    assert go(scene, lrs) == records.SendReport()  # it is not due yet
    assert len(lrs.asked) == 1
    make_due(scene)
    assert go(scene, lrs).sent == len(lrs.kept) == found.later > 0


def test_where_nothing_answers_everything_waits(scene, lrs):
    """It survives here what happens meanwhile: another process sends it."""
    live(scene)
    gone = SimpleNamespace(url="http://127.0.0.1:9/xAPI")
    assert go(scene, gone).later > 0
    counts = scene.store.read(statements.counts)
    assert counts["waiting"] > 0
    make_due(scene)
    with open_store(scene.world.data) as other:
        assert go(SimpleNamespace(store=other, world=scene.world), lrs).sent == len(lrs.kept) > 0


def test_a_lost_reply_doubles_nothing(scene, lrs):
    """The store of records took them and the reply was lost: they are sent again under their ids, and are there once."""
    live(scene)
    go(scene, lrs)
    before = dict(lrs.kept)
    scene.store.write(lambda c: c.exec_driver_sql("UPDATE statement SET state = 'waiting'"))
    for each in lrs.kept.values():
        each["stored"] = "2026-10-05T09:12:33.123Z"  # it may answer that it has another one of this id
    go(scene, lrs)
    assert lrs.kept.keys() == before.keys()
    assert scene.store.read(statements.counts)["waiting"] == 0


def test_what_it_refuses_is_kept_aside_and_told_and_stops_nothing(scene, lrs):
    """The rest arrives; the command says what was refused and why, and sends it once more when asked to."""
    live(scene)
    lrs.bad = {"shared"}
    done = go(scene, lrs)
    assert done.aside == 1
    assert done.sent == len(lrs.kept) > 3
    told = CliRunner().invoke(lrs_command, ["--data", str(scene.world.data)])
    assert "1 refused." in told.output
    assert "shared" in told.output
    assert "400: because of this" in told.output
    lrs.bad = set()
    CliRunner().invoke(lrs_command, ["--again", "--data", str(scene.world.data)])
    assert go(scene, lrs).sent == 1
    assert "shared" in lrs.verbs()


def test_what_was_taken_back_meanwhile_is_not_sent(scene, lrs):
    """A statement is worded when it leaves: what it is about must be there still. Who asks what is held finds them."""
    comment = live(scene)
    records.check_connection(scene.store, partial(notebook_contents, scene.world.data))
    assert "statement" in scene.store.read(lambda c: personal_rows.personal_rows(c, scene.ana))
    scene.store.write(lambda c: comments.delete_comment(c, comment))
    go(scene, lrs)
    assert "shared" in lrs.verbs()
    assert "commented" not in lrs.verbs()


def test_turned_off_it_forgets_what_waits(scene, lrs):
    """And what happens until it is turned on again never leaves."""
    live(scene)
    records.check_connection(scene.store, partial(notebook_contents, scene.world.data))
    scene.store.write(statements.stop)
    assert scene.store.read(statements.counts)["waiting"] == 0
    live(scene)
    assert go(scene, lrs) == records.SendReport()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x", "lrs.example.org"])
def test_an_address_that_is_none_is_said(url):
    """Before anything is sent."""
    with pytest.raises(BadInput, match=r"records\.bad_url"):
        Target(url, "https://learn.example.org/")


def test_a_real_record_store_has_every_kind_of_statement_once(scene, tmp_path):
    """Away, or refusing us, it is waited for; sent to it a second time, nothing is there twice."""
    python = os.environ.get("ACTIONLEARN_TEST_RALPH")
    if not python:
        pytest.skip("ACTIONLEARN_TEST_RALPH names no Python that has ralph-malph[lrs]; scripts/test makes one")
    live(scene)
    meet(scene)
    with real(python, tmp_path) as ralph:
        waits = go(scene, ralph).later
        assert scene.store.read(statements.counts) == {"waiting": waits, "sent": 0, "aside": 0}

        ralph.begin()
        make_due(scene)
        assert go(scene, ralph, password="forgotten").later == waits  # 401
        assert ralph.kept() == []
        make_due(scene)
        assert go(scene, ralph).sent == waits

        rows = scene.store.read(
            lambda c: c.exec_driver_sql("SELECT id, verb FROM statement WHERE state = 'sent'").all()
        )
        there = {each["id"]: each for each in ralph.kept()}
        assert {(id, each["verb"]["id"].rpartition("/")[2]) for id, each in there.items()} == {tuple(r) for r in rows}
        assert {verb for _, verb in rows} == KINDS
        assert CANARY not in json.dumps(list(there.values()))
        for each in there.values():
            BaseXapiStatement.model_validate(each)

        for home in ("https://learn.example.org/", "https://moved.example.org/"):  # the same, then others: 409
            scene.store.write(lambda c: c.exec_driver_sql("UPDATE statement SET state = 'waiting', sent_at = NULL"))
            again = go(scene, ralph, home=home)
            assert (again.sent, again.aside, again.later) == (waits, 0, 0)
        assert sorted(each["id"] for each in ralph.kept()) == sorted(there)


def test_the_server_sends_where_an_operator_named_a_store_and_nothing_else(scene, lrs):
    """Where none is named, it forgets that it ever looked."""

    def leaving(**more):
        return LrsSender(ServerContext(scene.store, scene.world.data, read_settings({"port": 8765, **more}, {})))

    async def serve():
        named = leaving(lrs_url=lrs.url, public_url="https://learn.example.org/")
        await named.start()
        await asyncio.to_thread(live, scene)
        await named.send_due()
        named.stop()
        assert "shared" in lrs.verbs()
        await leaving().start()
        await leaving().send_due()

    asyncio.run(serve())
    assert scene.store.read(statements.window) is None
