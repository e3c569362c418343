"""Every route, asked by everybody: deny by default, and a refusal that leaves nothing behind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from actionlearn import accounts
from actionlearn.cohort.programme.library import templates_folder
from actionlearn.server.app import make_server
from actionlearn.server.routes import ROUTES
from actionlearn.server.web.context import ServerContext
from actionlearn.server.web.identity import SESSION_COOKIE
from actionlearn.settings import read_settings
from actionlearn.store import Store, open_store
from actionlearn.store.outbound import releases
from actionlearn.store.people import members
from actionlearn.store.workbooks import drafts, workbooks

from ..support.groups import furnish
from ..support.served_kit import CANARY, World

NO = frozenset({401, 403, 404, 405})
OK = frozenset({200, 201, 204, 303})
#: Everybody who may ask. Ben is of Ana's set, Cid of her cohort; Cole coaches Cid's set; the rest by their roles.
ASKERS = ("", "ana", "ben", "cid", "will", "cora", "cole", "wim", "fay", "mona", "sol", "olga")
ALL = " ".join(ASKERS[1:])
#: Who gathers at the board of Ana's cohort.
HERE = "ana ben cid cora cole fay"
LEARNERS, COACHES = "ana ben cid", "cora cole wim"

#: What Ana and her coach wrote: the words before the canary -> who may read them.
SECRETS = {
    "Private": "ana",
    "The night hears": "ana ben cora",
    "Look at": "ana ben cora",
    "Why": "ana cora",
    "Held": "cora",
    "Note": "cora",
    "Half": "cora",
    "Agreed": "ana cora",
    "Promised": "ana ben",
    "Asked": "ana ben cora",
    "Answered": "ana ben cora",
    "Offered": "ana ben cid cora cole fay",
    "Shown": "ana ben",
    "Released": "ana mona",
    "Told": "ana sol",
    "Kept back": "ana",
}


@dataclass(frozen=True)
class Row:
    """Who gets through, of `ASKERS`; everybody else is refused.

    ``but`` is what those get through to who are let in, where it is no success.
    """

    handler: str
    method: str
    path: str
    body: Any = None
    to: str = "ana"
    anybody: bool = False
    but: frozenset[int] = OK
    headers: dict[str, str] = field(default_factory=dict)


#: What a page says to its kernel where it gets no websocket.
MESSAGE: dict[str, Any] = {
    "header": {"msg_id": "1", "msg_type": "kernel_info_request", "session": "s", "username": "", "version": "5.3"},
    "parent_header": {},
    "metadata": {},
    "content": {},
    "channel": "shell",
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_NOTE = {"person": "{cora}", "client": str(uuid4()), "seq": 1, "base": 1, "value": "A thought"}
WAY, WITH = "/autumn/{ana}", "/agreements/autumn/{ana}"
_SAVE = {"person": "{ana}", "client": str(uuid4()), "seq": 1, "base": 0, "value": "words"}
PICKED = {"prompt": "need", "path": "", "begins": 0, "ends": 9, "words": "The night"}
GONE, UPGRADE, ANY = frozenset({404}), frozenset({400, 426}), frozenset(range(200, 600)) - NO
FILE, BOOK, SHARED, NOTE = "0" * 64, "/api/workbooks/{book}", "/api/submissions/{submission}", "/api/comments/{comment}"
MEETING = "/api/workbooks/{meeting}"

TABLE = (
    Row("journey.page.JourneyPage", "GET", "/", to=ALL),
    Row("workbooks.page.WorkbookPage", "GET", "/workbooks/{book}"),
    Row("workbooks.download.DownloadCopy", "GET", "/workbooks/{book}/take.zip"),
    Row(
        "workbooks.upgrade.UpgradePage", "POST", "/workbooks/{book}/upgrade", but=frozenset({409})
    ),  # there is no newer version
    Row("coaching.desk.DeskIndex", "GET", "/desk", to=COACHES),
    Row("coaching.desk.DeskPage", "GET", "/desk/autumn", to="cora cole"),
    Row("reviews.page.ReviewPage", "GET", "/reviews/{submission}", to="ana ben cora"),
    Row(
        "reviews.page.ReviewNotebook", "GET", "/reviews/{submission}/notebook", to="ana ben cora", but=OK | GONE
    ),  # none is made for Ana
    Row("releases.releases.ReleasesPage", "GET", "/releases/autumn", to=LEARNERS),
    Row("releases.received.ReceivedPage", "GET", "/received", to="mona sol"),
    Row("office.overview.OfficeIndex", "GET", "/office", to="fay olga"),
    Row("office.overview.OfficePage", "GET", "/office/autumn", to="fay olga"),
    Row("office.overview.OfficePage", "POST", "/office/autumn", b"q=Ana", "fay olga", headers=FORM),
    Row("office.programmes.NewProgrammePage", "GET", "/programme", to="fay olga"),
    Row("office.programmes.ProgrammePage", "GET", "/programme/autumn", to="fay olga"),
    Row("office.programmes.ProgrammeFile", "GET", "/programme/autumn/programme.toml", to="fay olga", but=ANY),
    Row("office.learner_preview.LearnerPreview", "GET", "/learner-preview/autumn", to="fay olga"),
    Row(
        "office.learner_preview.LearnerPreviewWorkbook", "GET", "/learner-preview/autumn/scope", to="fay olga", but=ANY
    ),  # the programme is not whole
    Row("office.template_updates.TemplateUpdatesPage", "GET", "/template-updates/autumn", to="fay olga", but=ANY),
    Row("office.programmes.CreateProgramme", "POST", "/api/programmes", {"programme": {}}, "fay olga"),
    Row(
        "office.programmes.UpdateProgramme",
        "PUT",
        "/api/cohorts/autumn/programme",
        {"programme": {}},
        "fay olga",
        but=ANY,
    ),
    Row("office.progress_file.ProgressDownload", "GET", "/office/autumn/progress.csv", to="fay olga"),
    Row("journey.cards.CardsPage", "GET", "/cards/autumn", to=LEARNERS),
    Row("journey.cards.CardPage", "GET", "/cards/autumn/asking", to=LEARNERS),
    Row("journey.gaps.GapsPage", "GET", "/missing/autumn", to=LEARNERS),
    Row("journey.calendar.CalendarFile", "GET", "/calendar/autumn.ics", to=f"{LEARNERS} cora cole"),
    # Nobody attached one: who may look is told that it is not there, and the others no more than that.
    Row("answers.files.OwnFile", "GET", f"/workbooks/{{book}}/files/{FILE}", but=GONE),
    Row("answers.files.SharedFile", "GET", f"/reviews/{{submission}}/files/{FILE}", to="ana ben cora", but=GONE),
    Row("accounts.personal_data.PersonalDataPage", "GET", "/personal-data", to=ALL),
    Row("accounts.personal_data.PersonalDataArchive", "GET", "/personal-data/all.zip", to=ALL),
    # Whose words they are decides: of somebody there is not, nobody.
    Row("accounts.personal_data.ChangeConsent", "POST", "/personal-data/consent", b"give=1", to="", headers=FORM),
    Row("accounts.sign_in.SignIn", "GET", "/in", to=ALL, anybody=True),
    Row("accounts.sign_in.SignInLink", "GET", "/in/made-up-token-that-nobody-was-sent", to=""),
    Row("accounts.sign_in.DeviceCode", "POST", "/code", to=ALL),
    Row("accounts.language.ChangeLanguage", "POST", "/language", b"locale=en", to=ALL, headers=FORM),
    Row("accounts.notifications.NotificationSettings", "GET", "/notifications", to=ALL),
    Row(
        "accounts.notifications.NotificationSettings",
        "POST",
        "/notifications",
        b"shown=mail&quiet_from=20:00",
        to=ALL,
        headers=FORM,
    ),
    Row("accounts.notifications.DismissNews", "POST", "/notifications/read", to=ALL),
    Row("accounts.sign_in.SignOut", "POST", "/out", to=ALL),
    Row("accounts.sign_in.SignOutEverywhere", "POST", "/out/everywhere", to=ALL),
    Row("accounts.sign_in.ViewAs", "GET", "/view-as/ana", to=""),
    Row("answers.answers.AnswersApi", "GET", f"{BOOK}/answers"),
    Row("answers.answers.AnswerApi", "PUT", f"{BOOK}/answers/seen", _SAVE),
    Row("answers.answers.AudienceApi", "PUT", f"{BOOK}/audience/seen", {"audience": ["me"]}),
    Row("answers.answers.CutRevision", "POST", f"{BOOK}/revisions/need", {"cause": "rest"}),
    Row("workbooks.push.PushSocket", "GET", f"{BOOK}/push", but=UPGRADE),  # no upgrade was asked for
    Row("workbooks.push.WorkbookNews", "GET", f"{BOOK}/standing"),
    Row("workbooks.push.WorkbookNews", "GET", f"{MEETING}/standing", to="ana ben"),
    Row("answers.history.HistoryApi", "GET", f"{BOOK}/history/need"),
    Row("answers.question_advice.QuestionAdvice", "GET", f"{BOOK}/asking/ask"),
    Row("answers.views.ViewApi", "GET", f"{BOOK}/views/view-1", but=GONE),
    Row("answers.files.UploadFile", "PUT", f"{BOOK}/files/need?name=a.txt", b"a", but=frozenset({400})),
    Row("answers.history.EraseWords", "POST", f"{BOOK}/erase", {"prompt": "seen", "passage": "words"}),
    Row("workbooks.sharing.SharePreview", "GET", f"{BOOK}/sharing"),
    Row("workbooks.sharing.Share", "POST", f"{BOOK}/share", {"wants": ""}),
    Row(
        "workbooks.create.StartWorkbook",
        "POST",
        "/api/workbooks",
        {"cohort": "autumn", "template": "scope"},
        LEARNERS,
        but=ANY,
    ),
    Row("workbooks.sharing.AskCoach", "GET", f"{BOOK}/ask/need"),
    Row("workbooks.sharing.AskCoach", "POST", f"{BOOK}/ask/need", {"coach": "{cora}"}),
    Row("reviews.comments.CommentsApi", "POST", f"{SHARED}/comments", {"body": "Mm."}, "cora"),
    Row("reviews.comments.OneComment", "PUT", "/api/comments/{held}", {"body": "Still held."}, "cora"),
    Row("reviews.comments.ReleaseComments", "POST", f"{SHARED}/release", {}, "cora"),
    Row("reviews.comments.SignOffApi", "POST", f"{SHARED}/signoff", {"verdict": "agreed"}, "cora"),
    Row("reviews.page.MarkOpened", "POST", f"{SHARED}/opened", {}, "ana ben cora"),
    Row("reviews.comments.CommentDraft", "PUT", f"{SHARED}/draft", {"place": "on need", "body": "W"}, "ana cora"),
    Row("reviews.margins.ReviewMargins", "GET", f"{SHARED}/answers", to="cora"),
    Row("reviews.margins.ReviewMargin", "PUT", f"{SHARED}/answers/Note", _NOTE, "cora"),
    Row(
        "reviews.margins.CutMarginRevision", "POST", f"{SHARED}/revisions/Note", {}, ALL
    ),  # of what is in the margins none is kept
    Row("reviews.comments.ReleaseComment", "POST", "/api/comments/{held}/release", {}, "cora"),
    Row("reviews.comments.ReplyApi", "POST", f"{NOTE}/replies", {"body": "Yes."}, "ana cora"),
    Row("reviews.comments.ResolveThread", "POST", f"{NOTE}/resolve", {"resolved": True}, "ana cora"),
    Row("reviews.comments.MarkCommentsSeen", "POST", f"{NOTE}/seen", {}, "ana cora"),
    Row("reviews.comments.OneComment", "DELETE", NOTE, to="cora"),
    Row("coaching.agreements.AgreementsPage", "GET", WITH, to="ana cora"),
    Row("coaching.agreements.AddAgreement", "POST", f"/api/coaching{WAY}/agreements", {"body": "Call"}, "ana cora"),
    Row("coaching.agreements.ChangeAgreement", "POST", "/api/agreements/{agreement}", {"kept": True}, "ana cora"),
    Row("coaching.agreements.ChangeAgreement", "DELETE", "/api/agreements/{agreement}", to="cora"),
    Row("releases.releases.ReleaseWords", "POST", f"{BOOK}/releases", {"readers": ["{mona}"], "words": [PICKED]}),
    Row("releases.releases.WithdrawRelease", "DELETE", "/api/releases/{release}"),
    Row("coaching.notes.LearnerNote", "GET", f"/api/coaching{WAY}/answers", to="cora"),  # and never the one it is about
    Row("coaching.notes.SaveLearnerNote", "PUT", f"/api/coaching{WAY}/answers/Note", _NOTE, "cora"),
    Row("reviews.margins.CutMarginRevision", "POST", f"/api/coaching{WAY}/revisions/Note", {}, ALL),
    Row("coaching.question_bank.QuestionBank", "GET", "/api/questions", to=COACHES),
    Row("coaching.question_bank.QuestionBank", "POST", "/api/questions", {"body": "Why not?"}, COACHES),
    Row("coaching.question_bank.BankQuestion", "DELETE", "/api/questions/{question}", to="cora"),
    Row("groups.room.RoomPage", "GET", "/room/autumn/{set}", to="ana ben cora"),
    Row("groups.board.BoardPage", "GET", "/board/autumn", to=HERE),
    Row("groups.board.BoardPage", "POST", "/board/autumn", b"q=Asked", HERE, headers=FORM),
    Row("groups.week.WeekPage", "GET", "/week/autumn", to=HERE),
    Row("groups.entries.EntryPage", "GET", "/entries/{entry}", to="ana ben"),
    Row("groups.entries.ChooseAnswerPage", "GET", "/workbooks/{book}/show"),
    Row("groups.entries.ShowAnswer", "PUT", f"{BOOK}/shown/need", {"reach": "set", "note": "See"}),
    Row("groups.entries.ShowAnswer", "POST", f"{BOOK}/shown/need", {"reach": "set", "note": "See"}),
    Row("groups.entries.ShowAnswer", "DELETE", f"{BOOK}/shown/need"),
    Row("groups.meetings.MeetingSheetPage", "GET", "/workbooks/{meeting}/sheet", to="ana ben"),
    Row("workbooks.page.WorkbookPage", "GET", "/workbooks/{meeting}", to="ana ben"),
    Row("workbooks.push.PushSocket", "GET", "/api/workbooks/{meeting}/push", to="ana ben", but=UPGRADE),
    Row("groups.meetings.MeetingApi", "GET", f"{MEETING}/meeting", to="ana ben"),
    Row("groups.meetings.MeetingApi", "POST", f"{MEETING}/meeting", {"act": "write"}, "ana ben"),
    Row(
        "groups.meetings.AddLine",
        "POST",
        f"{MEETING}/lines/questions",
        {"key": str(uuid4()), "line": "Why?"},
        "ana ben",
    ),
    Row(
        "groups.board.AddPosting",
        "POST",
        "/api/cohorts/autumn/postings",
        {"kind": "ask", "body": "W", "reach": "cohort"},
        HERE,
    ),
    Row("groups.board.AddPostingAnswer", "POST", "/api/postings/{posting}/answers", {"body": "Here."}, "ana ben cora"),
    Row("groups.board.ClosePosting", "POST", "/api/postings/{posting}", {"closed": False}),
    Row("groups.board.OnePostingAnswer", "DELETE", "/api/posting-answers/{answer}", to="ben"),
    Row("groups.board.ClosePosting", "DELETE", "/api/postings/{posting}"),
    Row(
        "office.rosters.RosterApi",
        "POST",
        "/api/cohorts/autumn/roster",
        b"username,firstname,lastname,email\n",
        "fay olga",
        but=ANY,
    ),
    Row("office.builds.StartBuild", "POST", "/api/cohorts/autumn/build", {}, "fay olga", but=ANY),
    Row("office.links.SignInLinks", "POST", "/api/cohorts/autumn/links", {}, "fay olga", but=ANY),
    Row("live.handlers.LivePart", "POST", "/api/workbooks/{live}/live"),
    Row("live.handlers.KernelModel", "GET", "/api/kernels/{kernel}"),
    Row("live.exchange.KernelExchange", "POST", "/api/kernels/{kernel}/exchange", MESSAGE),
    Row("live.handlers.Channels", "GET", "/api/kernels/{kernel}/channels", but=UPGRADE),  # no upgrade was asked for
    Row("preview.PreviewStamp", "GET", "/api/preview", to=""),
    Row(
        "web.unsent.UnsentForm", "POST", "/unsent", b"body=x", to=ALL, anybody=True, but=frozenset({422}), headers=FORM
    ),
    Row("web.static_files.OwnAsset", "GET", "/static/al/shared/base.css", to=ALL, anybody=True),
    Row("web.voila_frontend.VoilaFiles", "GET", "/voila/static/voila.js", to=ALL, anybody=True),
    Row("web.voila_frontend.ExtensionFiles", "GET", "/voila/labextensions/anywidget/package.json", to=""),
    Row("health.Health", "GET", "/health", to=ALL, anybody=True),
    Row("health.Metrics", "GET", "/metrics", to="olga"),
    Row("web.not_found.NoApi", "GET", "/api/contents", to=""),
    Row("web.not_found.NoPage", "GET", "/contents", to=""),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Serve two cohorts with everybody in them, and a live page open."""
    made = World(tmp_path_factory.mktemp("permissions"))
    with open_store(made.data) as store:
        _more_people(made, store)
        furnish(made, store)
    cards = templates_folder(made.data, "autumn") / "cards"
    cards.mkdir(parents=True)
    (cards / "asking.md").write_bytes((Path(__file__).parents[1] / "golden" / "cards" / "asking.md").read_bytes())
    made.start()
    _kernel(made)
    yield made
    made.stop()


def _more_people(world: World, store: Store) -> None:
    def act(c: Any) -> None:
        green = members.put_set(c, "autumn", "Green").id
        cast = {"cid": ("learner", green), "cole": ("coach", green), "mona": ("manager", ""), "sol": ("sponsor", "")}
        for username in (*cast, "olga"):
            world.person[username] = members.add_person(
                c, username=username, firstname=username.title(), locale="en"
            ).id
            if username in cast:
                members.grant(c, "autumn", world.person[username], *cast[username])
        members.set_operator(c, world.person["olga"], True)
        told = {"people": [{"username": "mona", "role": "manager", "learners": ["ana"]}]}
        members.put_cohort(c, id="autumn", name="Autumn", locale="en", time_zone="UTC", programme=told)
        _release(c, world)

    store.write(act)
    for username in ("cid", "cole", "mona", "sol", "olga"):
        world.session[username] = accounts.new_session(store, world.person[username])


def _release(c: Any, world: World) -> None:
    """Let Ana release a sentence to her manager, and another to a sponsor; a third stands between them."""
    book = workbooks.workbook(c, world.book["ana/scope"])
    said = [f"Released {CANARY}.", f"Kept back {CANARY}.", f"Told {CANARY}."]
    key = {"workbook": book.id, "prompt": "in_the_way", "person": book.owner, "client": str(uuid4())}
    drafts.save(c, **key, seq=1, base=0, value=" ".join(said))
    for words, reader in ((said[0], "mona"), (said[2], "sol")):
        at = " ".join(said).index(words)
        made = releases.add(
            c, book, releases.PickedPassage("in_the_way", "", at, at + len(words), words), world.person[reader]
        )
    world.release = made.id


def _kernel(world: World) -> str:
    """Return Ana's kernel, started again where erasing a passage has ended it."""
    page = world.ask("ana", "POST", f"/api/workbooks/{world.book['ana/impact']}/live")
    assert page.status == 200, page.text
    return page.text.split('data-al-kernel="')[1].split('"')[0]


def filled(world: World, thing: Any) -> Any:
    """Put the ids of the world in."""
    names = {"book": world.book["ana/scope"], "live": world.book["ana/impact"], "submission": world.submission}
    names |= {"comment": world.comment, "held": world.held, "ana": world.person["ana"]}
    names |= {"cora": world.person["cora"], "agreement": world.agreement, "question": world.question}
    names |= {"set": world.set, "meeting": world.book["blue/meeting-2"], "entry": world.entry}
    names |= {"posting": world.posting, "answer": world.answer}
    names |= {"mona": world.person.get("mona", ""), "release": world.release}
    names |= {"kernel": _kernel(world)} if "{kernel}" in str(thing) else {}
    if isinstance(thing, dict):
        return {key: filled(world, value) for key, value in thing.items()}
    if isinstance(thing, list):
        return [filled(world, value) for value in thing]
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
        kit = ServerContext(store, tmp_path / "data", read_settings({"port": 0}, {}))
        server = make_server(kit, tmp_path)
        try:
            (ours, rest) = server.web_app.default_router.rules
            mounted = [rule.matcher.regex.pattern.rstrip("$") for rule in ours.target.rules]
            assert mounted == [route.pattern for route in ROUTES]
            assert rest.target.rules == []
        finally:
            server.clear_instance()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.method} {row.path}")
def test_who_gets_what(world: World, row: Row):
    """Whom the table names gets through, and nobody else.

    A refusal changes no row and starts no process; nobody is told words that are not for them, whatever they asked for.
    """
    path, body = filled(world, row.path), filled(world, row.body)
    _settle(world)
    rows, processes = world.rows(), {child.pid for child in world.children()}
    for who in ASKERS:
        if who not in row.to.split() and not (row.anybody and not who):
            answer = world.ask(who, row.method, path, body, row.headers)
            assert answer.status in NO, f"{who}: {answer.status} {answer.text[:500]}"
            assert CANARY not in answer.text
    assert world.rows() == rows, "a refused request changed a row"
    assert {child.pid for child in world.children()} <= processes, "a refused request started a process"
    for who in row.to.split():
        answer = world.ask(who, row.method, path, body, row.headers)
        if row.handler.startswith("accounts.sign_in.SignOut"):  # other rows need a session again
            with open_store(world.data) as store:
                world.session[who] = accounts.new_session(store, world.person[who])
        assert answer.status in row.but, f"{who}: {answer.status} {answer.text[:500]}"
        for said, readers in SECRETS.items():
            assert who in readers.split() or f"{said} {CANARY}" not in answer.text, f"{who} reads: {said}"


def _settle(world: World) -> None:
    """Wait for what somebody who may has set off: what they shared is being executed."""
    for _ in range(300):
        if "'pending'" not in str(world.rows()["review"]):
            return
        time.sleep(0.1)


def test_the_log_of_all_that_holds_no_words(world: World):
    """After everybody has asked for everything."""
    assert CANARY not in world.log.read_text("utf-8")


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
    answer = world.ask("", "GET", "/", headers={"Cookie": f"{SESSION_COOKIE}={value}"})
    assert answer.status == 401


@pytest.mark.parametrize("query", ["token={ana}", f"{SESSION_COOKIE}={{ana}}"])
def test_nothing_in_an_address_signs_anybody_in(world: World, query: str):
    """A session in the query, or Jupyter's ?token=, is nothing."""
    assert world.ask("", "GET", "/?" + query.replace("{ana}", world.session["ana"])).status == 401
    header = {"Authorization": f"token {world.session['ana']}"}
    assert world.ask("", "GET", "/", headers=header).status == 401


def test_a_foreign_host_is_refused(world: World):
    """A name that somebody else pointed at this machine opens nothing (DNS rebinding)."""
    assert world.ask("ana", "GET", "/", headers={"Host": "elsewhere.example"}).status == 403
