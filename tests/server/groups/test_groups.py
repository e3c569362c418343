"""A set's room, the board of a cohort, what people show, and a meeting: asked as pages of ours would."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert
from websocket import WebSocket, create_connection

from actionlearn import accounts
from actionlearn.cli import commands
from actionlearn.server.groups import board, postings
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.store import open_store
from actionlearn.store.groups.postings import FirstAnswers
from actionlearn.store.people import members
from actionlearn.store.tables.groups import posting

from ...support.groups import furnish
from ...support.served_kit import CANARY, World

PLACE = "/api/workbooks/{}"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve a cohort of two sets, with a furnished room."""
    made = World(tmp_path_factory.mktemp("room"))
    with open_store(made.data) as store:
        furnish(made, store)

        def act(c: Any) -> None:
            green = members.put_set(c, "autumn", "Green").id
            cid = members.add_person(c, username="cid", firstname="Cid", locale="en")
            members.grant(c, "autumn", cid.id, "learner", green)
            made.person["cid"] = cid.id

            dora = members.add_person(c, username="dora", firstname="Dora", locale="pt")
            members.grant(c, "autumn", dora.id, "learner", made.set)
            made.person["dora"] = dora.id

        store.write(act)
        for who in ("cid", "dora"):
            made.session[who] = accounts.new_session(store, made.person[who])
    made.start()
    yield made
    made.stop()


def post(world: World, who: str, path: str, **sent: Any):
    """Send something, and say what came back."""
    return world.ask(who, "POST", f"/api/{path}", sent)


def code(answer) -> str:
    """Return the code of a refusal."""
    return answer.json["error"]["code"]


# The room -----------------------------------------------------------------------------------


def test_a_room_shows_members_what_is_theirs_and_the_coach_what_is_for_both(world: World):
    """Promises and the next meeting are the set's alone; what was shared, asked and shown is there by its readers."""
    ben, cora = world.ask("ben", "GET", room(world)).text, world.ask("cora", "GET", room(world)).text
    for said in ("Promised", "Asked", "Offered", "Answered", "Shown", "Look at"):
        assert f"{said} {CANARY}" in ben, said
    assert "5 January 9000" in ben
    assert "Private" not in ben
    for said in ("Asked", "Answered", "Look at"):
        assert f"{said} {CANARY}" in cora, said
    for said in ("Promised", "Shown"):
        assert f"{said} {CANARY}" not in cora, said
    assert "9000" not in cora


def room(world: World) -> str:
    """Return the address of the room of Ana's set."""
    return f"/room/autumn/{world.set}"


def test_what_one_reads_in_a_list_is_told_to_whose_it_is(world: World):
    """An answer in a room or a week's list was read as on its own page, once a day; one's own is not told."""

    def told(who: str) -> list[str]:
        return [row for row in world.rows()["audit"] if "read a shown answer" in row and world.person[who] in row]

    for path in (room(world), room(world), "/week/autumn", f"/entries/{world.entry}"):
        for who in ("dora", "ana"):
            assert f"Shown {CANARY}" in world.ask(who, "GET", path).text
        assert len(told("dora")) == 1
    assert all(world.person["ana"] in row for row in told("dora"))
    assert "Dora" in world.ask("ana", "GET", "/personal-data").text


def test_a_room_that_is_not_there_is_nobodys(world: World):
    """Whatever is made up in its address."""
    for path in (f"/room/autumn/{uuid4()}", f"/room/winter/{world.set}", f"/room/nowhere/{world.set}"):
        assert world.ask("ana", "GET", path).status == 403


# The board ----------------------------------------------------------------------------------


def test_an_ask_is_answered_by_name_and_two_people_are_brought_together(world: World):
    """Over the bounds of sets; whoever is named finds it, and who asked settles it."""
    body = f"Who knows the {uuid4()} line? <b>&"
    made = post(world, "ana", "cohorts/autumn/postings", kind="ask", body=body, reach="cohort")
    assert made.status == 201
    again = post(world, "ana", "cohorts/autumn/postings", kind="ask", body=body, reach="cohort")
    assert again.json == made.json
    path = f"postings/{made.json['id']}"
    assert (
        post(world, "ben", f"{path}/answers", body="You two should talk.", introduces=world.person["cid"]).status == 201
    )
    assert "You are named here" in world.ask("cid", "GET", "/board/autumn").text
    assert "You are named here" not in world.ask("ben", "GET", "/board/autumn").text
    page = world.ask("cora", "GET", "/board/autumn").text
    assert "Who knows the" in page
    assert "<b>&" not in page
    assert "You two should talk: Cid" in page
    assert post(world, "ben", path, closed=True).status == 403
    assert post(world, "ana", path, closed=True).status == 204
    assert "settled" in world.ask("ben", "GET", "/board/autumn").text


def test_what_is_asked_of_a_set_stays_there(world: World):
    """Another set neither reads nor answers it, is not introduced in it, and a facilitator is no member."""
    for who in ("cid", "fay"):
        assert f"Asked {CANARY}" not in world.ask(who, "GET", "/board/autumn").text
        assert post(world, who, f"postings/{world.posting}/answers", body="Hm").status == 403
    refused = post(world, "ben", f"postings/{world.posting}/answers", body="Talk", introduces=world.person["cid"])
    assert code(refused) == "room.nobody_to_meet"
    themselves = post(world, "ben", f"postings/{world.posting}/answers", body="Talk", introduces=world.person["ana"])
    assert code(themselves) == "room.nobody_to_meet"


def test_one_finds_who_knows_something_among_thousands(world: World):
    """By a word in any form, what is open first, page by page; and nothing that is for another set."""
    many: list[dict[str, Any]] = [
        {"kind": "ask", "by": world.person["ben"], "body": f"Who knows the way to yard {n}?", "set_id": ""}
        for n in range(2000)
    ]
    many[7] |= {"kind": "offer", "by": world.person["cora"], "body": "An hour beside me on a forklift."}
    many[8] |= {"closed_at": "2026-01-02T09:00:00.000Z", "body": "Who knows forklifts?"}
    many[9] |= {"body": "Who knows forklifts in our set?", "set_id": world.set}
    rows = [
        {"id": str(uuid4()), "cohort": "autumn", "made_at": f"2026-01-01T09:{n // 60:02}:{n % 60:02}.000Z"}
        for n in range(2000)
    ]
    with open_store(world.data) as store:
        whole = [{"closed_at": None, **row, **each} for row, each in zip(rows, many, strict=True)]
        store.write(lambda c: c.execute(insert(posting), whole))

    def bodies(who: str, query: str) -> list[str]:
        page = world.ask(who, "GET", f"/board/autumn?{query}").text
        return [unescape(each) for each in re.findall(r'<p class="said" dir="auto">(.*?)</p>', page)]

    try:
        assert bodies("cid", "q=who+knows+FORKLIFTS") == ["An hour beside me on a forklift.", "Who knows forklifts?"]
        assert "Who knows forklifts in our set?" in bodies("ana", "q=forklift")
        assert bodies("cid", "q=crane") == []
        assert len(bodies("cid", "")) < 100
        first, second = bodies("cid", "of=ask"), bodies("cid", "of=ask&page=2")
        assert len(first) == len(second) == postings.PAGE
        assert not set(first) & set(second)
        assert bodies("cid", "of=ask&page=9999") == bodies("cid", f"of=ask&page={-(-1998 // postings.PAGE)}")
        page = world.ask("dora", "GET", "/board/autumn?of=ask&page=2").text
        assert ('data-al-turn="prev"' in page, 'data-al-turn="next"' in page, "Página 2 de" in page) == (
            True,
            True,
            True,
        )
    finally:
        with open_store(world.data) as store:
            store.write(lambda c: c.execute(delete(posting).where(posting.c.id.in_([each["id"] for each in rows]))))


def test_what_is_withdrawn_is_gone_with_what_was_said_to_it(world: World):
    """No page has it, and no row its words."""
    body = f"Taken back {uuid4()}"
    id = post(world, "ana", "cohorts/autumn/postings", kind="offer", body=body, reach="set").json["id"]
    answered = post(world, "cora", f"postings/{id}/answers", body=f"Said to {body}")
    assert world.ask("ben", "DELETE", f"/api/posting-answers/{answered.json['id']}").status == 403
    assert world.ask("ben", "DELETE", f"/api/postings/{id}").status == 403
    assert world.ask("ana", "DELETE", f"/api/postings/{id}").status == 204
    assert body not in world.ask("ana", "GET", room(world)).text
    assert body not in str(world.rows())
    assert world.ask("ana", "DELETE", f"/api/postings/{id}").status == 404


@pytest.mark.parametrize(
    ("sent", "status", "why"),
    [
        ({"kind": "ask", "body": "  ", "reach": "set"}, 400, "room.nothing_said"),
        ({"kind": "ask", "body": "x" * 2001, "reach": "set"}, 413, "room.too_long"),
        ({"kind": "beg", "body": "x", "reach": "set"}, 400, "answers.bad_message"),
        ({"kind": "ask", "body": "x", "reach": "world"}, 400, "answers.bad_message"),
        ({"kind": "ask", "body": ["x"], "reach": "set"}, 400, "answers.bad_message"),
        ({"kind": "ask", "reach": "set"}, 400, "answers.bad_message"),
    ],
)
def test_an_ask_that_is_none_is_refused(world: World, sent, status, why):
    """With a word on what to do."""
    answer = post(world, "ana", "cohorts/autumn/postings", **sent)
    assert (answer.status, code(answer)) == (status, why)


def test_somebody_in_no_set_cannot_ask_one(world: World):
    """A facilitator turns to the cohort."""
    assert code(post(world, "fay", "cohorts/autumn/postings", kind="ask", body="x", reach="set")) == "room.no_set"


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (FirstAnswers(9, 2, 1.0), ""),
        (FirstAnswers(9, 0, None), ""),
        (FirstAnswers(9, 3, 0.2), "within the hour"),
        (FirstAnswers(9, 3, 1.0), "within 1 hour."),
        (FirstAnswers(9, 3, 4.2), "within 5 hours"),
        (FirstAnswers(9, 3, 60), "within 3 days"),
    ],
)
def test_how_soon_questions_are_answered_is_one_number_for_all(found, says):
    """And none while there are too few to say."""
    assert says in board.response_time(found, "en")
    assert bool(board.response_time(found, "en")) == bool(says)


# Working out loud ---------------------------------------------------------------------------


def test_an_answer_is_shown_as_it_stood_and_taken_back(world: World):
    """To whom it is shown and nobody else; shown again it has the newer words at the same address."""
    book, said = world.book["ana/scope"], f"/api/workbooks/{world.book['ana/scope']}/shown/other_side"
    made = world.ask("ana", "PUT", said, {"reach": "cohort", "note": f"Loud {CANARY}"})
    assert made.status == 200
    page = made.json["url"]
    assert f"Private {CANARY}" in world.ask("cid", "GET", page).text
    for who in ("cora", "fay", "will"):  # a coach reads what is shared with the coach
        assert world.ask(who, "GET", page).status == 403
    head = world.ask("ana", "GET", f"/api/workbooks/{book}/answers").json["answers"]["other_side"]
    world.save("ana", book, "other_side", f"Private {CANARY}, later", base=head["version"])
    assert "later" not in world.ask("cid", "GET", page).text
    assert "You have written on since" in world.ask("ana", "GET", f"/workbooks/{book}/show").text
    assert world.ask("ana", "PUT", said, {"reach": "cohort"}).json["url"] == page
    assert "later" in world.ask("cid", "GET", page).text
    assert world.ask("ana", "DELETE", said).status == 204
    assert world.ask("cid", "GET", page).status == 403
    assert f"Private {CANARY}" not in world.ask("cid", "GET", "/week/autumn").text
    assert "You took this back" in world.ask("ana", "GET", page).text
    assert world.ask("ana", "DELETE", said).status == 404


def test_a_week_shows_each_what_people_chose_to_show_them(world: World):
    """A set's entry to the set; a day makes another week, and no day is said to be none."""
    assert f"Shown {CANARY}" in world.ask("ben", "GET", "/week/autumn").text
    assert f"Shown {CANARY}" not in world.ask("cid", "GET", "/week/autumn").text
    assert f"Asked {CANARY}" not in world.ask("cid", "GET", "/week/autumn").text
    assert f"Shown {CANARY}" not in world.ask("ben", "GET", "/week/autumn?day=2020-01-01").text
    for day in ("soon", "9999-12-31", "0001-01-01"):
        assert world.ask("ben", "GET", f"/week/autumn?day={day}").status == 400


def test_only_what_is_written_and_ones_own_can_be_shown(world: World):
    """No empty answer, none of the set's, no prompt that is not there."""
    book = world.book["ana/scope"]
    assert (
        code(world.ask("ana", "PUT", f"/api/workbooks/{book}/shown/seen", {"reach": "set"})) == "store.nothing_to_show"
    )
    assert world.ask("ana", "PUT", f"/api/workbooks/{book}/shown/made_up", {"reach": "set"}).status == 404
    theirs = world.book["blue/meeting-1"]
    assert world.ask("ana", "PUT", f"/api/workbooks/{theirs}/shown/actions", {"reach": "set"}).status == 403
    long = {"reach": "set", "note": "x" * 501}
    assert world.ask("ana", "PUT", f"/api/workbooks/{book}/shown/need", long).status == 413


def test_what_is_erased_is_erased_where_it_is_shown(world: World):
    """A passage that its author erases for good is gone from the page that shows it, too."""
    book, words = world.book["ana/scope"], f"the name of somebody {uuid4()}"
    world.save("ana", book, "turned", f"It was {words}, I think.")
    made = world.ask("ana", "PUT", f"/api/workbooks/{book}/shown/turned", {"reach": "set"})
    assert words in world.ask("ben", "GET", made.json["url"]).text
    assert post(world, "ana", f"workbooks/{book}/erase", prompt="turned", passage=words).status == 200
    seen = world.ask("ben", "GET", made.json["url"])
    assert seen.status == 200
    assert words not in seen.text


# The meeting --------------------------------------------------------------------------------


@pytest.fixture
def meeting(world: World) -> str:
    """Give the second meeting of the set, nobody with the pen."""
    for who in ("ana", "ben", "ana"):  # whoever has it hands it over, or puts it down
        act(world, who, "give")
    act(world, "ana", "stop")
    return world.book["blue/meeting-2"]


def act(world: World, who: str, what: str, **more: Any):
    """Do something in the meeting."""
    return post(world, who, f"workbooks/{world.book['blue/meeting-2']}/meeting", act=what, **more)


def stands(world: World) -> Any:
    """Return how the meeting stands."""
    return world.ask("ana", "GET", f"/api/workbooks/{world.book['blue/meeting-2']}/meeting").json["meeting"]


def test_the_pen_is_one_and_is_asked_for(world: World, meeting: str):
    """Free it is taken, held it is asked for, handed over or kept; taken only from who was asked and said nothing."""
    assert act(world, "ana", "write").json["meeting"]["scribe"]["name"] == "Ana"
    assert code(act(world, "ben", "take")) == "room.ask_first"
    assert act(world, "ben", "write").json["meeting"]["asking"]["name"] == "Ben"
    assert stands(world)["scribe"]["name"] == "Ana"
    assert act(world, "ben", "give").status == 403
    assert act(world, "ana", "keep").json["meeting"]["asking"] is None
    assert code(act(world, "ben", "take")) == "room.ask_first"
    act(world, "ben", "write")
    assert act(world, "ana", "give").json["meeting"]["scribe"]["name"] == "Ben"
    act(world, "ana", "write")
    assert act(world, "ana", "take").json["meeting"]["scribe"]["name"] == "Ana"
    assert act(world, "ana", "give").json["meeting"]["scribe"] is None
    assert act(world, "ana", "dance").status == 400


def test_time_left_is_the_servers_and_the_same_for_all(world: World, meeting: str):
    """Who asks again, on whatever page, is told the same end."""
    told = act(world, "ana", "time", minutes=7, turn=world.person["ben"]).json["meeting"]
    assert (told["turn"]["name"], told["seconds"]) == ("Ben", 420)
    assert stands(world)["ends_at"] == told["ends_at"]
    assert json.dumps(told["ends_at"])[1:-1] in world.ask("ben", "GET", f"/workbooks/{meeting}").text
    for wrong in ({"minutes": 0}, {"minutes": 121}, {"minutes": "five"}, {"minutes": True}, {}):
        assert code(act(world, "ana", "time", **wrong)) == "room.no_such_time"
    assert code(act(world, "ana", "time", minutes=5, turn=world.person["cid"])) == "room.not_of_the_set"
    assert act(world, "ben", "stop").json["meeting"]["ends_at"] is None


def test_nobody_is_told_who_asked_what(world: World, meeting: str):
    """A line that somebody adds is in the hand of the scribe: neither store, audit, push nor log says by whom it came."""
    act(world, "ana", "write")
    before, lines = world.rows(), len(world.lines())
    socket = listen(world, "ana", meeting)
    key, question = str(uuid4()), f"What would you lose {uuid4()}?"
    added = {"key": key, "line": question}
    assert post(world, "ben", f"workbooks/{meeting}/lines/questions", **added).status == 200
    told = next(each for each in iter(lambda: json.loads(socket.recv()), None) if each.get("prompt") == "questions")
    socket.close()
    assert question in told["value"]
    assert set(told) == {"prompt", "version", "value", "saved_at", "written"}
    ben = world.person["ben"]
    assert ben not in json.dumps(told)
    for table, rows in world.rows().items():
        fresh = [row for row in rows if row not in before[table]]
        assert not any(ben in row for row in fresh if table != "session"), table
        assert table != "audit" or fresh == []
    logged = [each for each in world.lines()[lines:] if "/lines/" in each.get("path", "")]
    assert [each["person"] for each in logged] == [""]
    assert post(world, "ben", f"workbooks/{meeting}/lines/questions", **added).status == 200
    assert world.ask("ana", "GET", f"/api/workbooks/{meeting}/answers").text.count(question) == 1


def listen(world: World, who: str, book: str) -> WebSocket:
    """Open the channel of a page."""
    return create_connection(
        f"ws://127.0.0.1:{world.port}/api/workbooks/{book}/push?client={uuid4()}",
        cookie=f"{SESSION_COOKIE}={world.session[who]}",
        header=["Sec-Fetch-Site: same-origin"],
        origin=f"http://127.0.0.1:{world.port}",
        timeout=10,
    )


def test_a_page_of_a_meeting_hears_how_it_stands_and_who_is_there(world: World, meeting: str):
    """At once when it opens, and whenever that changes."""
    first = listen(world, "ana", meeting)
    assert json.loads(first.recv())["meeting"]["scribe"] is None
    second = listen(world, "ben", meeting)
    both = sorted([world.person["ana"], world.person["ben"]])
    assert next(each for each in iter(lambda: json.loads(first.recv()), None) if each.get("here") == both)
    act(world, "ben", "write")
    told = next(each for each in iter(lambda: json.loads(first.recv()), None) if "meeting" in each)
    assert told["meeting"]["scribe"]["name"] == "Ben"
    second.close()
    assert next(
        each
        for each in iter(lambda: json.loads(first.recv()), None)
        if each.get("here") == both[:1] or each.get("here") == [world.person["ana"]]
    )
    first.close()


def test_a_scribe_who_comes_back_overwrites_nobody(world: World, meeting: str):
    """What was typed on words that another has changed since is kept beside them, and the page is told of both."""
    act(world, "ana", "write")
    stood = world.ask("ana", "GET", f"/api/workbooks/{meeting}/answers").json["answers"]["thanks"]["version"]
    assert world.save("ana", meeting, "thanks", "Patience", base=stood).status == 200
    act(world, "ben", "write")
    act(world, "ben", "take")
    assert world.save("ben", meeting, "thanks", "Patience, and cake", base=stood + 1).status == 200
    late = world.save("ana", meeting, "thanks", "Patience, and tea", base=stood + 1)
    assert late.status == 409
    assert late.json["head"]["value"] == "Patience, and cake"
    kept = world.ask("ben", "GET", f"/api/workbooks/{meeting}/history/thanks").text
    assert "Patience, and tea" in kept


def test_a_row_is_added_to_a_table_and_nonsense_to_nothing(world: World, meeting: str):
    """A line where lines can grow, in the shape of its question, and only while somebody writes."""
    lines = f"workbooks/{meeting}/lines"
    row = {"who": "Ben", "what": "Ring her", "by": "2026-11-02"}
    assert code(post(world, "ben", f"{lines}/actions", key=str(uuid4()), line=row)) == "room.nobody_writes"
    act(world, "ana", "write")
    assert post(world, "ben", f"{lines}/actions", key=str(uuid4()), line=row).status == 200
    value = world.ask("ana", "GET", f"/api/workbooks/{meeting}/answers").json["answers"]["actions"]["value"]
    assert value[-1]["cells"] == row
    for line in ({}, "words", {"by": "soon"}, None, [row]):
        assert post(world, "ben", f"{lines}/actions", key=str(uuid4()), line=line).status in (400, 422)
    for line in (" ", {}, 5):
        assert post(world, "ben", f"{lines}/questions", key=str(uuid4()), line=line).status in (400, 422)
    assert code(post(world, "ben", f"{lines}/next_on", key=str(uuid4()), line="x")) == "room.no_line_here"
    assert post(world, "ben", f"{lines}/questions", key="me", line="x").status == 400
    mine = f"workbooks/{world.book['ana/scope']}"
    assert code(post(world, "ana", f"{mine}/meeting", act="write")) == "room.no_meeting"


def test_a_meeting_is_in_each_readers_language(world: World, meeting: str):
    """The same workbook, its questions in the notebook of their language; the sheet, too."""
    english = world.ask("ana", "GET", f"/workbooks/{meeting}/sheet").text
    assert "Who does what, and by when?" in english
    assert f"Promised {CANARY}" in english
    for path in (f"/workbooks/{meeting}", f"/workbooks/{meeting}/sheet"):
        portuguese = world.ask("dora", "GET", path)
        assert portuguese.status == 200
        assert "Who does what, and by when?" not in portuguese.text
    assert world.ask("ana", "GET", f"/workbooks/{world.book['ana/scope']}/sheet").status == 404


def test_no_word_of_a_room_is_in_the_log(world: World):
    """After all of this."""
    assert CANARY not in world.log.read_text("utf-8")


def test_nothing_of_an_erased_person_is_left_in_a_room(tmp_path):
    """Their asks with what was said to them, what they show, their answers; whoever is left has what they had."""
    from click.testing import CliRunner

    made = World(tmp_path)
    with open_store(made.data) as store:
        furnish(made, store)
    told = tmp_path / "ana.json"
    assert (
        CliRunner().invoke(commands, ["people", "export", "ana", "-o", str(told), "--data", str(made.data)]).exit_code
        == 0
    )
    assert {"posting", "posting_answer", "entry"} <= set(json.loads(told.read_text("utf-8"))["rows"])
    done = CliRunner().invoke(commands, ["people", "erase", "ana", "--yes", "--data", str(made.data)])
    assert done.exit_code == 0, done.output
    left = made.rows()
    for table in ("posting", "posting_answer", "entry"):
        assert left[table] == []
    assert f"Promised {CANARY}" in str(left["draft"])  # the set's


def test_the_digest_counts_what_is_answered_and_on_mondays_what_was_shown(world: World):
    """To whom it is for, without a word of it; somebody who was told this week is not told again."""
    from datetime import date, timedelta

    from actionlearn.notifications import group_news
    from actionlearn.notifications.window import NewsWindow
    from actionlearn.store import now

    with open_store(world.data) as store:
        actors = {
            who: store.read(lambda c, who=who: members.actor(c, world.person[who])) for who in ("ana", "ben", "cid")
        }
        monday = date.today() + timedelta(days=7 - date.today().weekday())

        def said(find: Any, who: str, **more: Any) -> list[Any]:
            return store.read(lambda c: list(find(c, NewsWindow(actors[who], now(), monday, **more))))

        (fact,) = said(group_news.answered, "ana")
        assert (fact["said"], fact["path"]) == ("answered", "board/autumn")
        assert said(group_news.answered, "ben") == []
        (fact,) = said(group_news.shown, "ben")
        assert fact["count"] >= 1
        assert CANARY not in str(fact)
        assert world.ask("ben", "GET", f"/{fact['path']}").status == 200
        assert said(group_news.shown, "ben", on=monday.isoformat()) == []
        assert said(group_news.shown, "cid") == []
