"""Everything the server answers, on one page: which path, by whom, and who it is for."""

from __future__ import annotations

from typing import NamedTuple

_ID = r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_KERNEL = r"(?P<kernel_id>[0-9a-f]{8}-[0-9a-f-]{27})"
_NAME = r"([^/?#]{1,100})"
_HASH = r"([0-9a-f]{64})"
_COHORT = r"([\w.+-]{1,80})"


class Route(NamedTuple):
    """One row: the path below the base URL, its handler as ``module.Class`` of this room, and who it is for."""

    pattern: str
    handler: str
    access: str


#: Everything the server answers. The rest is 404. `tests/test_permissions.py` has a row for each.
ROUTES: tuple[Route, ...] = (
    # pages
    Route(r"/?", "home.Journey", "signed in: own journey"),
    Route(rf"/w/{_ID}", "page.WorkbookPage", "open: the owner"),
    Route(rf"/w/{_ID}/take\.zip", "reviewing.Take", "take: the owner"),
    Route(rf"/w/{_ID}/upgrade", "upgrading.Upgrade", "write: the owner"),
    Route(r"/desk", "desk.Desks", "coach of any cohort"),
    Route(rf"/desk/{_COHORT}", "desk.Desk", "coach: coaches of the cohort"),
    Route(rf"/s/{_ID}", "desk.Reading", "read: owner and audience"),
    Route(rf"/s/{_ID}/notebook", "desk.Executed", "read: owner and audience"),
    Route(rf"/with/{_COHORT}/{_ID}", "ways.With", "agree: the learner and their coaches"),
    Route(rf"/releases/{_COHORT}", "releasing.Releases", "learner of the cohort: of their own"),
    Route(r"/received", "received.Received", "receive: managers and sponsors, what was released to them"),
    Route(r"/office", "office.Offices", "facilitator of any cohort"),
    Route(rf"/office/{_COHORT}", "office.Office", "facilitate"),
    Route(rf"/office/{_COHORT}/progress\.(csv|xlsx)", "progress.Progress", "facilitate"),
    Route(rf"/cards/{_COHORT}", "needs.Needs", "learner of the cohort: and of their own"),
    Route(rf"/cards/{_COHORT}/([a-z][a-z0-9-]{{0,39}})", "needs.CardPage", "learner of the cohort: and of their own"),
    Route(rf"/missing/{_COHORT}", "advising.MissingPage", "learner of the cohort: of their own"),
    Route(rf"/calendar/{_COHORT}\.ics", "advising.CalendarFile", "learner or coach of the cohort: of their own"),
    Route(rf"/w/{_ID}/files/{_HASH}", "files.OwnFile", "open: the owner"),
    Route(rf"/s/{_ID}/files/{_HASH}", "files.SharedFile", "read: owner, and who the answer was shared with"),
    Route(r"/held", "held.Held", "signed in: one's own"),
    Route(r"/held/all\.zip", "held.All", "signed in: one's own"),
    # a group's room
    Route(rf"/room/{_COHORT}/{_ID}", "room.Room", "enter: the set and its coach"),
    Route(rf"/board/{_COHORT}", "board.Board", "gather: learners, coaches and facilitators of the cohort"),
    Route(rf"/week/{_COHORT}", "showing.WeekPage", "gather: each what is shown to them"),
    Route(rf"/e/{_ID}", "showing.EntryPage", "read: its author, and to whom it is shown"),
    Route(rf"/w/{_ID}/show", "showing.Choose", "write: the owner, of their own"),
    Route(rf"/w/{_ID}/sheet", "meetings.Sheet", "open: the set that owns it"),
    # signing in
    Route(r"/in", "signin.SignIn", "anybody"),
    Route(r"/in/([\w-]{1,200})", "signin.Link", "anybody with the link"),
    Route(r"/code", "signin.Code", "signed in"),
    Route(r"/language", "language.Language", "signed in: one's own"),
    Route(r"/telling", "telling.Choices", "signed in: one's own"),
    Route(r"/telling/read", "telling.Read", "signed in: one's own"),
    Route(r"/out", "signin.Out", "signed in"),
    Route(r"/out/everywhere", "signin.OutEverywhere", "signed in"),
    Route(rf"/as/{_NAME}", "signin.ViewAs", "the demo alone"),
    # answers
    Route(rf"/api/workbooks/{_ID}/answers", "answers.Answers", "open: the owner"),
    Route(rf"/api/workbooks/{_ID}/answers/{_NAME}", "answers.Answer", "write: the owner"),
    Route(rf"/api/workbooks/{_ID}/audience/{_NAME}", "answers.Audience", "write: the owner"),
    Route(rf"/api/workbooks/{_ID}/revisions/{_NAME}", "answers.Revisions", "write: the owner"),
    Route(rf"/api/workbooks/{_ID}/history/{_NAME}", "history.History", "open: the owner"),
    Route(rf"/api/workbooks/{_ID}/files/{_NAME}", "files.Upload", "write: the owner"),
    Route(rf"/api/workbooks/{_ID}/asking/{_NAME}", "advising.Asking", "open: the owner"),
    Route(rf"/api/workbooks/{_ID}/erase", "history.Erase", "write: the owner"),
    Route(rf"/api/workbooks/{_ID}/views/{_NAME}", "drawing.View", "open: the owner"),
    Route(rf"/api/workbooks/{_ID}/push", "push.Push", "open: the owner"),
    Route(rf"/api/workbooks/{_ID}/sharing", "reviewing.Sharing", "write: the owner"),
    Route(rf"/api/workbooks/{_ID}/share", "reviewing.Share", "write: the owner"),
    Route(r"/api/workbooks", "reviewing.Another", "signed in: for oneself"),
    # reading and commenting
    Route(rf"/api/submissions/{_ID}/comments", "commenting.Comments", "comment: coaches of the audience"),
    Route(rf"/api/submissions/{_ID}/release", "commenting.ReleaseAll", "comment: one's own"),
    Route(rf"/api/submissions/{_ID}/signoff", "commenting.SignOff", "comment: coaches of the audience"),
    Route(rf"/api/submissions/{_ID}/opened", "desk.Opened", "read: owner and audience"),
    Route(rf"/api/submissions/{_ID}/half", "commenting.Half", "reply: one's own"),
    Route(rf"/api/submissions/{_ID}/answers", "keeping.InReview", "comment: one's own"),
    Route(rf"/api/submissions/{_ID}/answers/{_NAME}", "keeping.InReviewOne", "comment: one's own"),
    Route(rf"/api/submissions/{_ID}/revisions/{_NAME}", "keeping.Revision", "signed in: nothing is kept"),
    Route(rf"/api/comments/{_ID}", "commenting.One", "comment, reply: one's own"),
    Route(rf"/api/comments/{_ID}/release", "commenting.Release", "comment: one's own"),
    Route(rf"/api/comments/{_ID}/replies", "commenting.Replies", "reply"),
    Route(rf"/api/comments/{_ID}/resolve", "commenting.Resolve", "reply"),
    Route(rf"/api/comments/{_ID}/seen", "commenting.Seen", "reply"),
    # coaches and learners
    Route(rf"/api/workbooks/{_ID}/ask/{_NAME}", "reviewing.Ask", "write: the owner"),
    Route(rf"/api/ways/{_COHORT}/{_ID}/agreements", "ways.Agreements", "agree: the learner and their coaches"),
    Route(rf"/api/ways/{_COHORT}/{_ID}/answers", "keeping.OnPerson", "note: one's own"),
    Route(rf"/api/ways/{_COHORT}/{_ID}/answers/{_NAME}", "keeping.OnPersonOne", "note: one's own"),
    Route(rf"/api/ways/{_COHORT}/{_ID}/revisions/{_NAME}", "keeping.Revision", "signed in: nothing is kept"),
    Route(rf"/api/agreements/{_ID}", "ways.Agreement", "agree: the learner and their coaches"),
    Route(r"/api/questions", "keeping.Questions", "coach of any cohort: and one's own"),
    Route(rf"/api/questions/{_ID}", "keeping.Question", "one's own"),
    # a group's room
    Route(rf"/api/cohorts/{_COHORT}/postings", "board.Postings", "gather: learners, coaches and facilitators"),
    Route(rf"/api/postings/{_ID}", "board.OnePosting", "change: one's own"),
    Route(rf"/api/postings/{_ID}/answers", "board.Answers", "read: whom it is for"),
    Route(rf"/api/posting-answers/{_ID}", "board.OneAnswer", "read: one's own"),
    Route(rf"/api/workbooks/{_ID}/shown/{_NAME}", "showing.Show", "write: the owner, of their own"),
    Route(rf"/api/workbooks/{_ID}/meeting", "meetings.State", "write: the set that owns it"),
    Route(rf"/api/workbooks/{_ID}/lines/{_NAME}", "meetings.Line", "write: the set that owns it"),
    # what leaves
    Route(rf"/api/workbooks/{_ID}/releases", "releasing.Pick", "release: the owner"),
    Route(rf"/api/releases/{_ID}", "releasing.Withdraw", "release: the owner"),
    # the office
    Route(r"/programme", "programmes.New", "found: operators, and facilitators of any cohort"),
    Route(rf"/programme/{_COHORT}", "programmes.Form", "facilitate"),
    Route(rf"/programme/{_COHORT}/programme\.toml", "programmes.Toml", "facilitate"),
    Route(rf"/seen/{_COHORT}", "seen.Way", "facilitate"),
    Route(rf"/seen/{_COHORT}/([a-z][a-z0-9-]{{0,39}})", "seen.One", "facilitate"),
    Route(rf"/newer/{_COHORT}", "newer.Newer", "facilitate"),
    Route(r"/api/programmes", "programmes.Found", "found: operators, and facilitators of any cohort"),
    Route(rf"/api/cohorts/{_COHORT}/programme", "programmes.Revise", "facilitate"),
    Route(rf"/api/cohorts/{_COHORT}/roster", "rosters.Roster", "facilitate"),
    Route(rf"/api/cohorts/{_COHORT}/build", "making.Build", "facilitate"),
    Route(rf"/api/cohorts/{_COHORT}/links", "links.Links", "facilitate"),
    # live cells
    Route(rf"/api/workbooks/{_ID}/live", "live.Live", "open: the owner"),
    Route(rf"/api/kernels/{_KERNEL}", "live.KernelModel", "the kernel's owner"),
    Route(rf"/api/kernels/{_KERNEL}/channels", "live.Channels", "the kernel's owner"),
    Route(r"/api/preview", "preview.Stamp", "signed in: in a preview alone"),
    # files for everybody
    Route(r"/static/al/([\w./-]{1,200})", "statics.Asset", "anybody"),
    Route(r"/voila/static/([\w./@~+-]{1,300})", "frontend.VoilaFiles", "anybody"),
    Route(r"/voila/labextensions/([\w./@~+-]{1,300})", "frontend.ExtensionFiles", "anybody"),
    Route(r"/health", "health.Health", "anybody"),
    Route(r"/metrics", "health.Metrics", "operators, and whoever has the token of the setting"),
    # what is left
    Route(r"/api/.*", "signin.NoApi", "nobody"),
    Route(r"/.*", "signin.Nothing", "nobody"),
)
