"""Every route, asked by everybody: deny by default, and a refusal that leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from actionlearn.cohort.sources import kept
from actionlearn.server.app import ROUTES, make_server
from actionlearn.server.base import Kit
from actionlearn.settings import read_settings
from actionlearn.store import open_store

from .world import CANARY, World

NO = frozenset({401, 403, 404, 405})
OK = frozenset({200, 201, 204, 303})
#: In the order of the columns below.
ASKERS = ("", "ben", "wim", "ana")


@dataclass(frozen=True)
class Row:
    """What anonymous, another learner, a coach of another cohort and the owner get.

    ``owner`` names who that is, where it is not the learner Ana.
    """

    handler: str
    method: str
    path: str
    body: Any = None
    anonymous: frozenset[int] = NO
    learner: frozenset[int] = NO
    coach: frozenset[int] = NO
    owner: frozenset[int] = OK
    who: str = "ana"
    headers: dict[str, str] = field(default_factory=dict)


EVERYBODY = {"anonymous": OK, "learner": OK, "coach": OK}
SIGNED_IN = {"learner": OK, "coach": OK}
NOBODY = {"owner": NO}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_SAVE = {"person": "{ana}", "client": str(uuid4()), "seq": 1, "base": 0, "value": "words"}

TABLE = (
    Row("home.Journey", "GET", "/", **SIGNED_IN),
    Row("page.WorkbookPage", "GET", "/w/{book}"),
    Row("reviewing.Take", "GET", "/w/{book}/take.zip"),
    Row("upgrading.Upgrade", "POST", "/w/{book}/upgrade", owner=frozenset({409})),  # there is no newer version
    Row("desk.Desks", "GET", "/desk", coach=OK, who="cora"),
    Row("desk.Desk", "GET", "/desk/autumn", who="cora"),
    Row("desk.Reading", "GET", "/s/{submission}", who="cora", learner=OK),  # ben is of the set it was shared with
    Row("desk.Executed", "GET", "/s/{submission}/notebook", who="cora", learner=OK),
    Row("office.Offices", "GET", "/office", who="fay"),
    Row("office.Office", "GET", "/office/autumn", who="fay"),
    Row("needs.Needs", "GET", "/cards/autumn", learner=OK),  # ben is a learner there too
    Row("needs.CardPage", "GET", "/cards/autumn/asking", learner=OK),
    Row("advising.MissingPage", "GET", "/missing/autumn", learner=OK),  # ben's own, as he is a learner there too
    Row("advising.CalendarFile", "GET", "/calendar/autumn.ics", learner=OK),
    # Nobody attached one: who may look is told that it is not there, and the others no more than that.
    Row("files.OwnFile", "GET", f"/w/{{book}}/files/{'0' * 64}", owner=frozenset({404})),
    Row("files.SharedFile", "GET", f"/s/{{submission}}/files/{'0' * 64}", owner=frozenset({404})),
    Row("signin.SignIn", "GET", "/in", **EVERYBODY),
    Row("signin.Link", "GET", "/in/made-up-token-that-nobody-was-sent", **NOBODY),
    Row("signin.Code", "POST", "/code", **SIGNED_IN),
    Row("language.Language", "POST", "/language", b"locale=en", headers=FORM, **SIGNED_IN),
    Row("signin.Out", "POST", "/out", anonymous=NO, learner=NO, coach=NO, owner=OK, who="leaver"),
    Row("signin.OutEverywhere", "POST", "/out/everywhere", who="leaver"),
    Row("signin.ViewAs", "GET", "/as/ana", **NOBODY),
    Row("answers.Answers", "GET", "/api/workbooks/{book}/answers"),
    Row("answers.Answer", "PUT", "/api/workbooks/{book}/answers/seen", _SAVE),
    Row("answers.Audience", "PUT", "/api/workbooks/{book}/audience/seen", {"audience": ["me"]}),
    Row("answers.Revisions", "POST", "/api/workbooks/{book}/revisions/need", {"cause": "rest"}),
    Row("push.Push", "GET", "/api/workbooks/{book}/push", owner=frozenset({400, 426})),  # no upgrade was asked for
    Row("history.History", "GET", "/api/workbooks/{book}/history/need"),
    Row("advising.Asking", "GET", "/api/workbooks/{book}/asking/ask"),
    Row("drawing.View", "GET", "/api/workbooks/{book}/views/view-1", owner=frozenset({404})),
    Row("files.Upload", "PUT", "/api/workbooks/{book}/files/need?name=a.txt", b"a", owner=frozenset({400})),
    Row("history.Erase", "POST", "/api/workbooks/{book}/erase", {"prompt": "other_side", "passage": "Private"}),
    Row("reviewing.Sharing", "GET", "/api/workbooks/{book}/sharing"),
    Row("reviewing.Share", "POST", "/api/workbooks/{book}/share", {"wants": ""}),
    Row("reviewing.Another", "POST", "/api/workbooks", {"cohort": "autumn", "template": "scope"}, learner=OK),
    Row("reviewing.Comments", "POST", "/api/submissions/{submission}/comments", {"body": "Mm."}, who="cora"),
    Row("reviewing.ReleaseAll", "POST", "/api/submissions/{submission}/release", {}, who="cora"),
    Row("reviewing.SignOff", "POST", "/api/submissions/{submission}/signoff", {"verdict": "agreed"}, who="cora"),
    Row("reviewing.Release", "POST", "/api/comments/{held}/release", {}, who="cora"),
    Row("reviewing.Replies", "POST", "/api/comments/{comment}/replies", {"body": "Yes."}),
    Row("reviewing.Seen", "POST", "/api/comments/{comment}/seen", {}),
    Row("office.Roster", "POST", "/api/cohorts/autumn/roster", b"username,firstname,lastname,email\n", who="fay"),
    Row("office.Build", "POST", "/api/cohorts/autumn/build", {}, who="fay"),
    Row("office.Links", "POST", "/api/cohorts/autumn/links", {}, who="fay"),
    Row("live.Live", "POST", "/api/workbooks/{live}/live"),
    Row("live.KernelModel", "GET", "/api/kernels/{kernel}"),
    Row(
        "live.Channels", "GET", "/api/kernels/{kernel}/channels", owner=frozenset({400, 426})
    ),  # no upgrade was asked for
    Row("preview.Stamp", "GET", "/api/preview", **NOBODY),
    Row("statics.Asset", "GET", "/static/al/kit.css", **EVERYBODY),
    Row("live.VoilaFiles", "GET", "/voila/static/voila.js", **EVERYBODY),
    Row("live.ExtensionFiles", "GET", "/voila/labextensions/anywidget/package.json", **NOBODY),
    Row("signin.Health", "GET", "/health", **EVERYBODY),
    Row("signin.Nothing", "GET", "/api/contents", **NOBODY),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts, with a live page open."""
    made = World(tmp_path_factory.mktemp("permissions"))
    cards = kept(made.data, "autumn") / "cards"
    cards.mkdir(parents=True)
    (cards / "asking.md").write_bytes((Path(__file__).parent / "golden" / "cards" / "asking.md").read_bytes())
    made.start()
    _kernel(made)
    yield made
    made.stop()


def _kernel(world: World) -> str:
    """Return Ana's kernel, started again where erasing a passage has ended it."""
    page = world.ask("ana", "POST", f"/api/workbooks/{world.book['ana/impact']}/live")
    assert page.status == 200, page.text
    return page.text.split('"kernelId": "')[1].split('"')[0]


def filled(world: World, thing: Any) -> Any:
    """Put the ids of the world in."""
    names = {"book": world.book["ana/scope"], "live": world.book["ana/impact"], "submission": world.submission}
    names |= {"comment": world.comment, "held": world.held, "ana": world.person["ana"]}
    names |= {"kernel": _kernel(world)} if "{kernel}" in str(thing) else {}
    if isinstance(thing, dict):
        return {key: filled(world, value) for key, value in thing.items()}
    if not isinstance(thing, str):
        return thing
    for name, value in names.items():
        thing = thing.replace(f"{{{name}}}", value)
    return thing


def test_every_route_has_a_row():
    """A route without a row here fails: nobody adds one without saying whom it is for."""
    assert {row.handler for row in TABLE} == {route.handler for route in ROUTES}


def test_jupyter_server_adds_no_route_of_its_own(tmp_path: Path):
    """What answers is what stands in ROUTES: nothing that comes with jupyter_server is mounted beside it."""
    with open_store(tmp_path / "data") as store:
        kit = Kit(store, tmp_path / "data", read_settings({"port": 0}, {}))
        server = make_server(kit, tmp_path)
        try:
            (ours, rest) = server.web_app.default_router.rules
            mounted = [rule.matcher.regex.pattern.rstrip("$") for rule in ours.target.rules]
            assert mounted == [route.pattern for route in ROUTES]
            assert rest.target.rules == []
        finally:
            server.clear_instance()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.path}")
@pytest.mark.parametrize("asker", range(4), ids=["anonymous", "other-learner", "other-coach", "owner"])
def test_who_gets_what(world: World, row: Row, asker: int):
    """Each gets what the table says; a refusal changes no row, starts no process and returns no canary."""
    expected = (row.anonymous, row.learner, row.coach, row.owner)[asker]
    who = ASKERS[asker] if asker < 3 else row.who
    if row.who == "leaver":  # signing out is for oneself: a session of its own, not one the other rows need
        who = _leaver(world) if asker else ""
        expected = OK if asker else NO
    path = filled(world, row.path)
    rows, processes = world.rows(), {child.pid for child in world.children()}
    answer = world.ask(who, row.method, path, filled(world, row.body), row.headers)
    if expected == OK and row.handler.startswith(("office.", "reviewing.Another")):
        assert answer.status not in NO, answer.text  # what the office does with it is for its own tests
        return
    assert answer.status in expected, f"{answer.status} {answer.text[:500]}"
    if answer.status in NO:
        assert world.rows() == rows, "a refused request changed a row"
        assert {child.pid for child in world.children()} == processes, "a refused request started a process"
        assert CANARY not in answer.text


def _leaver(world: World) -> str:
    """Return a session that may be ended."""
    from actionlearn import people

    with open_store(world.data) as store:
        return people.new_session(store, world.person["will"])


@pytest.mark.parametrize(
    "path",
    [
        "/api/kernels",
        "/api/sessions",
        "/api/terminals",
        "/api/contents/cohorts",
        "/api/config/x",
        "/api/events/subscribe",
        "/api/shutdown",
        "/api/me",
        "/api/status",
        "/api/spec.yaml",
        "/api/kernelspecs",
        "/api/nbconvert",
        "/files/store.sqlite",
        "/view/x",
        "/nbconvert/html/x.ipynb",
        "/metrics",
        "/login",
        "/logout",
        "/tree",
        "/lab",
        "/voila/render/x.ipynb",
        "/voila/tree",
        "/voila/files/x.png",
        "/voila/query/x",
        "/voila/execution/x",
        "/voila/templates/lab/static/x.js",
        "/voila/api/shutdown/x",
        "/voila/static/../../lab/index.html.j2",
        "/voila/labextensions/@jupyter-widgets/jupyterlab-manager/package.json",
        "/voila/labextensions/anywidget/static/../package.json",
        "/static/al/../app.py",
        "/static/al/../html/layout.html",
        "/static/base/images/logo.png",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_jupyter_would_serve_is_not_there(world: World, path: str, method: str):
    """Kernels, files, terminals, tokens and pages of Jupyter and Voilà: not for a learner, not for anybody."""
    answer = world.ask("ana", method, path, {} if method == "POST" else None)
    assert answer.status in {404, 405}
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/out", {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}),
        ("POST", "/out", {"Sec-Fetch-Site": "same-site"}),
        ("POST", "/out", {"Sec-Fetch-Site": "", "Origin": "https://elsewhere.example"}),
        ("POST", "/out", {"Sec-Fetch-Site": ""}),
        ("POST", "/code", {"Sec-Fetch-Site": "cross-site"}),
        ("POST", "/api/workbooks/{book}/share", {"X-Requested-With": ""}),
        ("POST", "/api/workbooks/{book}/share", {"Sec-Fetch-Site": "cross-site"}),
        ("POST", "/api/workbooks/{live}/live", {"Sec-Fetch-Site": "", "Origin": "https://elsewhere.example"}),
        ("GET", "/api/kernels/{kernel}/channels", {"Sec-Fetch-Site": "cross-site"}),
        ("GET", "/api/workbooks/{book}/push", {"Sec-Fetch-Site": "cross-site"}),
        ("GET", "/api/workbooks/{book}/push", {"Sec-Fetch-Site": ""}),
    ],
)
def test_another_site_cannot_act_for_somebody(world: World, method: str, path: str, headers: dict[str, str]):
    """A form or script of another site is refused, whoever is signed in here."""
    rows = world.rows()
    answer = world.ask("ana", method, filled(world, path), {} if method == "POST" else None, headers)
    assert answer.status == 403, answer.text
    assert world.rows() == rows


@pytest.mark.parametrize("value", ["made-up", "", "x" * 5000, "a;b", "../../etc"])
def test_a_made_up_session_is_nobody(world: World, value: str):
    """A session that the store does not know opens nothing."""
    answer = world.ask("", "GET", "/", headers={"Cookie": f"actionlearn-session={value}"})
    assert answer.status == 401


@pytest.mark.parametrize("query", ["token={ana}", "actionlearn-session={ana}"])
def test_nothing_in_an_address_signs_anybody_in(world: World, query: str):
    """A session in the query, or Jupyter's ?token=, is nothing."""
    assert world.ask("", "GET", "/?" + query.replace("{ana}", world.session["ana"])).status == 401
    header = {"Authorization": f"token {world.session['ana']}"}
    assert world.ask("", "GET", "/", headers=header).status == 401


def test_a_foreign_host_is_refused(world: World):
    """A name that somebody else pointed at this machine opens nothing (DNS rebinding)."""
    assert world.ask("ana", "GET", "/", headers={"Host": "elsewhere.example"}).status == 403
