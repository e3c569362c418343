"""Everything the server answers, on one page: which path, by whom, and who it is for."""

from __future__ import annotations

from typing import NamedTuple

from actionlearn.exports.spreadsheets import FORMATS

_ID = r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_KERNEL = r"(?P<kernel_id>[0-9a-f]{8}-[0-9a-f-]{27})"
_NAME = r"([^/?#]{1,100})"
_HASH = r"([0-9a-f]{64})"
_TEMPLATE = r"([a-z][a-z0-9-]{0,39})"
_COHORT = r"([\w.+-]{1,80})"
_FORMAT = "|".join(sorted(FORMATS))


class Route(NamedTuple):
    """One row: the path below the base URL, its handler as ``area.module.Class``, and who it is for."""

    pattern: str
    handler: str
    access: str


#: Everything the server answers, by area; in each the pages come first. The rest is 404.
#: `tests/server/test_route_access.py` has a row for each.
ROUTES: tuple[Route, ...] = (
    # Signing in, language, notifications, personal data
    Route(r"/personal-data", "accounts.personal_data.PersonalDataPage", "signed in: one's own"),
    Route(r"/personal-data/consent", "accounts.personal_data.ChangeConsent", "signed in: one's own"),
    Route(r"/personal-data/all\.zip", "accounts.personal_data.PersonalDataArchive", "signed in: one's own"),
    Route(r"/in", "accounts.sign_in.SignIn", "anybody"),
    Route(r"/in/([\w-]{1,200})", "accounts.sign_in.SignInLink", "anybody with the link"),
    Route(r"/code", "accounts.sign_in.DeviceCode", "signed in"),
    Route(r"/language", "accounts.language.ChangeLanguage", "signed in: one's own"),
    Route(r"/notifications", "accounts.notifications.NotificationSettings", "signed in: one's own"),
    Route(r"/notifications/read", "accounts.notifications.DismissNews", "signed in: one's own"),
    Route(r"/out", "accounts.sign_in.SignOut", "signed in"),
    Route(r"/out/everywhere", "accounts.sign_in.SignOutEverywhere", "signed in"),
    Route(rf"/view-as/{_NAME}", "accounts.sign_in.ViewAs", "the demo alone"),
    # A workbook: its page, sharing it, its owner's copy
    Route(rf"/workbooks/{_ID}", "workbooks.page.WorkbookPage", "open: the owner"),
    Route(rf"/workbooks/{_ID}/take\.zip", "workbooks.download.DownloadCopy", "take: the owner"),
    Route(rf"/workbooks/{_ID}/upgrade", "workbooks.upgrade.UpgradePage", "write: the owner"),
    Route(rf"/api/workbooks/{_ID}/push", "workbooks.push.PushSocket", "open: the owner"),
    Route(rf"/api/workbooks/{_ID}/standing", "workbooks.push.WorkbookNews", "open: the owner"),
    Route(rf"/api/workbooks/{_ID}/sharing", "workbooks.sharing.SharePreview", "write: the owner"),
    Route(rf"/api/workbooks/{_ID}/share", "workbooks.sharing.Share", "write: the owner"),
    Route(r"/api/workbooks", "workbooks.create.StartWorkbook", "signed in: for oneself"),
    Route(rf"/api/workbooks/{_ID}/ask/{_NAME}", "workbooks.sharing.AskCoach", "write: the owner"),
    # What is typed
    Route(rf"/workbooks/{_ID}/files/{_HASH}", "answers.files.OwnFile", "open: the owner"),
    Route(
        rf"/reviews/{_ID}/files/{_HASH}", "answers.files.SharedFile", "read: owner, and who the answer was shared with"
    ),
    Route(rf"/api/workbooks/{_ID}/answers", "answers.answers.AnswersApi", "open: the owner"),
    Route(rf"/api/workbooks/{_ID}/answers/{_NAME}", "answers.answers.AnswerApi", "write: the owner"),
    Route(rf"/api/workbooks/{_ID}/audience/{_NAME}", "answers.answers.AudienceApi", "write: the owner"),
    Route(rf"/api/workbooks/{_ID}/revisions/{_NAME}", "answers.answers.CutRevision", "write: the owner"),
    Route(rf"/api/workbooks/{_ID}/history/{_NAME}", "answers.history.HistoryApi", "open: the owner"),
    Route(rf"/api/workbooks/{_ID}/files/{_NAME}", "answers.files.UploadFile", "write: the owner"),
    Route(rf"/api/workbooks/{_ID}/asking/{_NAME}", "answers.question_advice.QuestionAdvice", "open: the owner"),
    Route(rf"/api/workbooks/{_ID}/erase", "answers.history.EraseWords", "write: the owner"),
    Route(rf"/api/workbooks/{_ID}/views/{_NAME}", "answers.views.ViewApi", "open: the owner"),
    # A learner's journey
    Route(r"/?", "journey.page.JourneyPage", "signed in: own journey"),
    Route(rf"/cards/{_COHORT}", "journey.cards.CardsPage", "learner of the cohort: and of their own"),
    Route(
        rf"/cards/{_COHORT}/{_TEMPLATE}",
        "journey.cards.CardPage",
        "learner of the cohort: and of their own",
    ),
    Route(rf"/missing/{_COHORT}", "journey.gaps.GapsPage", "learner of the cohort: of their own"),
    Route(
        rf"/calendar/{_COHORT}\.ics", "journey.calendar.CalendarFile", "learner or coach of the cohort: of their own"
    ),
    # What was shared: reading it and commenting on it
    Route(rf"/reviews/{_ID}", "reviews.page.ReviewPage", "read: owner and audience"),
    Route(rf"/reviews/{_ID}/notebook", "reviews.page.ReviewNotebook", "read: owner and audience"),
    Route(rf"/api/submissions/{_ID}/comments", "reviews.comments.CommentsApi", "comment: coaches of the audience"),
    Route(rf"/api/submissions/{_ID}/release", "reviews.comments.ReleaseComments", "comment: one's own"),
    Route(rf"/api/submissions/{_ID}/signoff", "reviews.comments.SignOffApi", "comment: coaches of the audience"),
    Route(rf"/api/submissions/{_ID}/opened", "reviews.page.MarkOpened", "read: owner and audience"),
    Route(rf"/api/submissions/{_ID}/draft", "reviews.comments.CommentDraft", "reply: one's own"),
    Route(rf"/api/submissions/{_ID}/answers", "reviews.margins.ReviewMargins", "comment: one's own"),
    Route(rf"/api/submissions/{_ID}/answers/{_NAME}", "reviews.margins.ReviewMargin", "comment: one's own"),
    Route(
        rf"/api/submissions/{_ID}/revisions/{_NAME}", "reviews.margins.CutMarginRevision", "signed in: nothing is kept"
    ),
    Route(rf"/api/comments/{_ID}", "reviews.comments.OneComment", "comment, reply: one's own"),
    Route(rf"/api/comments/{_ID}/release", "reviews.comments.ReleaseComment", "comment: one's own"),
    Route(rf"/api/comments/{_ID}/replies", "reviews.comments.ReplyApi", "reply"),
    Route(rf"/api/comments/{_ID}/resolve", "reviews.comments.ResolveThread", "reply"),
    Route(rf"/api/comments/{_ID}/seen", "reviews.comments.MarkCommentsSeen", "reply"),
    Route(
        rf"/api/coaching/{_COHORT}/{_ID}/revisions/{_NAME}",
        "reviews.margins.CutMarginRevision",
        "signed in: nothing is kept",
    ),
    # Coaches and learners
    Route(r"/desk", "coaching.desk.DeskIndex", "coach of any cohort"),
    Route(rf"/desk/{_COHORT}", "coaching.desk.DeskPage", "coach: coaches of the cohort"),
    Route(
        rf"/agreements/{_COHORT}/{_ID}", "coaching.agreements.AgreementsPage", "agree: the learner and their coaches"
    ),
    Route(
        rf"/api/coaching/{_COHORT}/{_ID}/agreements",
        "coaching.agreements.AddAgreement",
        "agree: the learner and their coaches",
    ),
    Route(rf"/api/coaching/{_COHORT}/{_ID}/answers", "coaching.notes.LearnerNote", "note: one's own"),
    Route(rf"/api/coaching/{_COHORT}/{_ID}/answers/{_NAME}", "coaching.notes.SaveLearnerNote", "note: one's own"),
    Route(rf"/api/agreements/{_ID}", "coaching.agreements.ChangeAgreement", "agree: the learner and their coaches"),
    Route(r"/api/questions", "coaching.question_bank.QuestionBank", "coach of any cohort: and one's own"),
    Route(rf"/api/questions/{_ID}", "coaching.question_bank.BankQuestion", "one's own"),
    # A set and a cohort among themselves
    Route(rf"/room/{_COHORT}/{_ID}", "groups.room.RoomPage", "enter: the set and its coach"),
    Route(rf"/board/{_COHORT}", "groups.board.BoardPage", "gather: learners, coaches and facilitators of the cohort"),
    Route(rf"/week/{_COHORT}", "groups.week.WeekPage", "gather: each what is shown to them"),
    Route(rf"/entries/{_ID}", "groups.entries.EntryPage", "read: its author, and to whom it is shown"),
    Route(rf"/workbooks/{_ID}/show", "groups.entries.ChooseAnswerPage", "write: the owner, of their own"),
    Route(rf"/workbooks/{_ID}/sheet", "groups.meetings.MeetingSheetPage", "open: the set that owns it"),
    Route(rf"/api/cohorts/{_COHORT}/postings", "groups.board.AddPosting", "gather: learners, coaches and facilitators"),
    Route(rf"/api/postings/{_ID}", "groups.board.ClosePosting", "change: one's own"),
    Route(rf"/api/postings/{_ID}/answers", "groups.board.AddPostingAnswer", "read: whom it is for"),
    Route(rf"/api/posting-answers/{_ID}", "groups.board.OnePostingAnswer", "read: one's own"),
    Route(rf"/api/workbooks/{_ID}/shown/{_NAME}", "groups.entries.ShowAnswer", "write: the owner, of their own"),
    Route(rf"/api/workbooks/{_ID}/meeting", "groups.meetings.MeetingApi", "write: the set that owns it"),
    Route(rf"/api/workbooks/{_ID}/lines/{_NAME}", "groups.meetings.AddLine", "write: the set that owns it"),
    # What leaves
    Route(rf"/releases/{_COHORT}", "releases.releases.ReleasesPage", "learner of the cohort: of their own"),
    Route(r"/received", "releases.received.ReceivedPage", "receive: managers and sponsors, what was released to them"),
    Route(rf"/api/workbooks/{_ID}/releases", "releases.releases.ReleaseWords", "release: the owner"),
    Route(rf"/api/releases/{_ID}", "releases.releases.WithdrawRelease", "release: the owner"),
    # The office
    Route(r"/office", "office.overview.OfficeIndex", "facilitator of any cohort"),
    Route(rf"/office/{_COHORT}", "office.overview.OfficePage", "facilitate"),
    Route(rf"/office/{_COHORT}/progress\.({_FORMAT})", "office.progress_file.ProgressDownload", "facilitate"),
    Route(r"/programme", "office.programmes.NewProgrammePage", "found: operators, and facilitators of any cohort"),
    Route(rf"/programme/{_COHORT}", "office.programmes.ProgrammePage", "facilitate"),
    Route(rf"/programme/{_COHORT}/programme\.toml", "office.programmes.ProgrammeFile", "facilitate"),
    Route(rf"/learner-preview/{_COHORT}", "office.learner_preview.LearnerPreview", "facilitate"),
    Route(
        rf"/learner-preview/{_COHORT}/{_TEMPLATE}",
        "office.learner_preview.LearnerPreviewWorkbook",
        "facilitate",
    ),
    Route(rf"/template-updates/{_COHORT}", "office.template_updates.TemplateUpdatesPage", "facilitate"),
    Route(r"/api/programmes", "office.programmes.CreateProgramme", "found: operators, and facilitators of any cohort"),
    Route(rf"/api/cohorts/{_COHORT}/programme", "office.programmes.UpdateProgramme", "facilitate"),
    Route(rf"/api/cohorts/{_COHORT}/roster", "office.rosters.RosterApi", "facilitate"),
    Route(rf"/api/cohorts/{_COHORT}/build", "office.builds.StartBuild", "facilitate"),
    Route(rf"/api/cohorts/{_COHORT}/links", "office.links.SignInLinks", "facilitate"),
    # Live cells
    Route(rf"/api/workbooks/{_ID}/live", "live.handlers.LivePart", "open: the owner"),
    Route(rf"/api/kernels/{_KERNEL}", "live.handlers.KernelModel", "the kernel's owner"),
    Route(rf"/api/kernels/{_KERNEL}/exchange", "live.exchange.KernelExchange", "the kernel's owner"),
    Route(rf"/api/kernels/{_KERNEL}/channels", "live.handlers.Channels", "the kernel's owner"),
    # How the server is
    Route(r"/health", "health.Health", "anybody"),
    Route(r"/metrics", "health.Metrics", "operators, and whoever has the token of the setting"),
    # A preview
    Route(r"/api/preview", "preview.PreviewStamp", "signed in: in a preview alone"),
    # Forms without a script, files for everybody, and what is left
    Route(r"/unsent", "web.unsent.UnsentForm", "anybody"),
    Route(r"/static/al/([\w./-]{1,200})", "web.static_files.OwnAsset", "anybody"),
    Route(r"/voila/static/([\w./@~+-]{1,300})", "web.voila_frontend.VoilaFiles", "anybody"),
    Route(r"/voila/labextensions/([\w./@~+-]{1,300})", "web.voila_frontend.ExtensionFiles", "anybody"),
    Route(r"/api/.*", "web.not_found.NoApi", "nobody"),
    Route(r"/.*", "web.not_found.NoPage", "nobody"),
)
