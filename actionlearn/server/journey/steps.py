"""The steps of a journey: each workbook of it, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from actionlearn.i18n import say
from actionlearn.server.journey.weeks import day_words
from actionlearn.server.rendering import dates
from actionlearn.server.web.reader import Reader
from actionlearn.server.workbooks import summaries, titles
from actionlearn.store import Connection
from actionlearn.store.records import Suggestion, Workbook
from actionlearn.store.reviews import submissions
from actionlearn.store.workbooks import drafts
from actionlearn.store.workbooks.schedule import days_of


@dataclass(frozen=True)
class Step:
    """One workbook of a journey.

    Parameters
    ----------
    state
        ``later`` (suggested for a day to come), ``new``, ``begun`` or ``shared``.
    of
        Name of the set whose it is, or of the learner whom it is about; empty where it is one's own.
    live
        Hash of its template where it has live parts; else empty.
    runs
        Whether it goes by weeks that are not over: shared or not, there is more to come.
    """

    title: str
    stage: str
    minutes: int
    summary: str
    dates: str
    state: str
    state_words: str
    answered: int
    total: int
    href: str
    take: str
    of: str = ""
    live: str = ""
    runs: bool = False

    @property
    def behind(self) -> bool:
        """Whether it is shared, or written to the end."""
        written = self.state == "begun" and self.answered >= self.total
        return not self.runs and (self.state == "shared" or written)


def next_step(steps: tuple[Step, ...]) -> Step | None:
    """Return what to do next: the first that has something left to say, else the first that is not shared."""
    open_steps = [step for step in steps if step.state in ("begun", "new")]
    unanswered = (step for step in steps if (step in open_steps or step.runs) and step.answered < step.total)
    return next(unanswered, open_steps[0] if open_steps else None)


def next_step_words(step: Step | None, locale: str) -> str:
    """Return the line above the next step: to go on, to share, or to begin."""
    if step is None or step.state != "begun":
        return say("Next step", locale)
    if step.answered < step.total:
        return say("Go on where you were", locale)
    return say("Written, and not shared yet", locale)


def position(workbook: Workbook, suggested: dict[str, Suggestion]) -> tuple[int, str, int]:
    """Return where a workbook stands in the journey: as suggested, one's own further ones beside the first."""
    suggestion = suggested.get(workbook.template)
    return (suggestion.position if suggestion else len(suggested), workbook.template, workbook.number)


def step_of(c: Connection, reader: Reader, where: ZoneInfo, workbook: Workbook, suggestion: Suggestion | None) -> Step:
    """Return a workbook as a step: its state, in words, and how much of it is answered."""
    answers = titles.own_answers(c, workbook.id)
    face = summaries.workbook_summary(reader.data, workbook, answers)
    first = workbook.number == 1 and suggestion is not None
    opens, due = (suggestion.opens, suggestion.due) if first and suggestion else ("", "")
    days = days_of(c, workbook) if face.asked.parts else None
    progress = face.asked.progress(answers, drafts.items(c, workbook, face.asked.elsewhere), days)
    week, coming = day_words(face.asked.parts, days, answers, reader.locale)
    answered, total = len(progress.answered), len(progress.asked)
    shared = submissions.submissions_of(c, workbook.id)
    progress_words = _answered_words(answered, total, reader.locale)
    if shared:
        state = "shared"
        day = dates.day(dates.latest(each.shared_at for each in shared), reader.locale, where)
        words = say("Shared on {day}", reader.locale, day=day) + (f" · {progress_words}" if answered < total else "")
    elif workbook.started_at:
        state, words = "begun", " · ".join(filter(None, (week, progress_words)))
    elif opens and opens > dates.today(where).isoformat():
        state, words = "later", say("Suggested from {day}", reader.locale, day=dates.day(opens, reader.locale))
    else:
        state, words = "new", " · ".join(filter(None, (week, say("Nothing written yet", reader.locale))))
    until = say("until {day}", reader.locale, day=dates.day(due, reader.locale)) if due and state != "shared" else ""
    return Step(
        title=face.title,
        stage=summaries.stage(face.stage, reader.locale),
        minutes=face.minutes,
        summary=face.summary,
        dates=" · ".join(filter(None, (until, coming if state != "later" else ""))),
        runs=bool(coming) or (bool(week) and answered < total),
        state=state,
        state_words=words,
        answered=answered,
        total=total,
        live=face.live,
        href=f"{reader.base}workbooks/{workbook.id}",
        take=f"{reader.base}workbooks/{workbook.id}/take.zip",
    )


def _answered_words(answered: int, total: int, locale: str) -> str:
    return say("{answered} of {total} answered", locale, answered=answered, total=total)
