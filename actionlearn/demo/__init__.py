"""The example cohort: three learners after six weeks, others in their first week, and a sign-in link for each person."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from actionlearn.accounts import new_link
from actionlearn.answers import attachment_files
from actionlearn.answers.attachments import files
from actionlearn.cohort.enrolment.enrol import read_inputs
from actionlearn.cohort.workbooks.build import build_cohort, build_workbook
from actionlearn.demo import groups, releases, scenario
from actionlearn.demo.scenario import examples
from actionlearn.notebook import Contents
from actionlearn.permissions import Role
from actionlearn.reviews import comments, share, visible_answers
from actionlearn.reviews.execute import execute
from actionlearn.store import Connection, Store
from actionlearn.store.people import members
from actionlearn.store.records import Person, Review, Submission, Workbook
from actionlearn.store.reviews import comments as reviews_comments
from actionlearn.store.reviews import reviews, submissions
from actionlearn.store.workbooks import drafts, revisions, workbooks

#: Told which of the `STAGES` it is in, how many steps of it are done, and of how many.
Progress = Callable[[str, int, int], None]

STAGES = {
    "build": "Making everybody's workbooks",
    "live": "Living six weeks in three lives, and one in sixteen",
    "execute": "Executing what others will read",
}

#: Whom one can be: username, and what that person does.
CAST: dict[str, Role] = {
    "zoe06": "learner",
    "graca.manager": "manager",
    "amelia.sponsor": "sponsor",
    "rui.coach": "coach",
    "helena.office": "facilitator",
}


@dataclass(frozen=True)
class DemoLink:
    """One person's way in."""

    person: Person
    role: str
    token: str


def prepare(store: Store, data: Path, progress: Progress) -> None:
    """Build the example cohort and live its six weeks. A second time changes nothing.

    Parameters
    ----------
    store, data
        An empty store and folder, or what an earlier call left of them.
    progress
        Called after each step.
    """
    autumn = examples() / "autumn"
    programme, roster = read_inputs(autumn / "programme.toml")
    build_cohort(store, data, programme, roster, progress=lambda done, of, _: progress("build", done, of))
    lived = [*scenario.read(autumn / "lives"), *scenario.read(autumn / "others")]
    for done, book in enumerate(lived, 1):
        write_scenario(store, data, programme.id, book)
        progress("live", done, len(lived))
    groups.add_group_content(store, programme.id, autumn / "room.yaml")
    releases.release(store, data, programme.id, autumn / "released.yaml")
    waiting = store.read(reviews.pending_reviews)
    with ThreadPoolExecutor(2) as pool:
        for done, _ in enumerate(pool.map(lambda review: _execute(store, data, review), waiting), 1):
            progress("execute", done, len(waiting))


def cast(store: Store) -> list[tuple[Person, Role]]:
    """Return whom one can be, and what each does."""
    return [(_person(store, username), role) for username, role in CAST.items()]


def demo_links(store: Store) -> list[DemoLink]:
    """Return a fresh sign-in link for each of the `CAST`."""
    return [DemoLink(person, role, new_link(store, person.id)) for person, role in cast(store)]


def write_scenario(store: Store, data: Path, cohort: str, book: scenario.ScenarioWorkbook) -> Workbook:
    """Write, share and comment on one workbook as the example tells. A second time changes nothing.

    Parameters
    ----------
    store, data
        Where the cohort is.
    cohort
        Id of the cohort.
    book
        What was lived.
    """
    workbook = _workbook(store, data, cohort, book)
    _, contents = visible_answers.load(data, workbook)
    shared = 0
    for number, event in enumerate(book.events(), 1):
        if isinstance(event, scenario.WorkSession):
            sitting = event.asked(contents.prompts)
            _attach(data, workbook, contents, sitting)
            _write(store, workbook, contents, sitting, f"{book.name}/{number}")
            continue
        # What an earlier call shared is there; a later state must not be shared in its place.
        earlier = store.read(lambda c: submissions.submissions_of(c, workbook.id))
        found = next((each for each in earlier if each.number == shared + 1), None)
        made = found or share.share(store, workbook, contents, workbook.owner, event.wants, event.at)
        shared += 1
        _read(store, made, event)
    return workbook


def _attach(data: Path, workbook: Workbook, contents: Contents, sitting: scenario.WorkSession) -> None:
    """Keep the files that answers of a sitting name."""
    for id, value, _ in sitting.written(contents.prompts):
        for each in files(value) if contents.prompts[id].kind == "file" else ():
            content = scenario.attached(each["name"])
            attachment_files.save(data, workbook.id, content, each["name"], most=len(content), room=len(content))


def _write(store: Store, workbook: Workbook, contents: Contents, sitting: scenario.WorkSession, key: str) -> None:
    """Save what was written in one sitting, each answer over what stood there, and keep that version."""
    person, client = _person(store, sitting.by), str(uuid5(NAMESPACE_URL, key))

    def act(c: Connection) -> None:
        for id, value, at in sitting.written(contents.prompts):
            head = drafts.drafts(c, workbook.id).get(id)
            if head and head.saved_at >= at:  # an earlier call came further
                continue
            key_fields = {"workbook": workbook.id, "prompt": id, "person": person.id, "client": client}
            drafts.save(c, **key_fields, seq=1, base=head.version if head else 0, value=value, now=at)
            revisions.cut_revision(c, workbook.id, id, "blur", at)

    store.write(act)


def _read(store: Store, shared: Submission, event: scenario.ScenarioShare) -> None:
    """Let the coach say something about what was shared, and the owner something to that."""

    def act(c: Connection) -> None:
        if reviews_comments.comments_of(c, shared.id):
            return
        owner = members.actor(c, shared.by)
        for remark in event.comments:
            coach = members.actor(c, _id(c, remark.by))
            made = comments.comment(c, coach, shared.id, remark.on, remark.says, remark.at)
            if not remark.is_draft:
                comments.release(c, coach, made.id, remark.at)
            for at, says in remark.replies:
                comments.mark_seen(c, owner, made.id, at)
                comments.reply(c, owner, made.id, says, at)
        if event.verdict:
            at, by, says = event.verdict
            comments.sign_off(c, members.actor(c, _id(c, by)), shared.id, says, at)

    store.write(act)


def _workbook(store: Store, data: Path, cohort: str, book: scenario.ScenarioWorkbook) -> Workbook:
    def look(c: Connection) -> tuple[str, str, Workbook | None]:
        named = {each.name: each.id for each in members.sets(c, cohort)}
        owner = named[book.owner] if book.of_set else _id(c, book.owner)
        about = _id(c, book.about) if book.about else ""
        return owner, about, workbooks.find_workbook(c, cohort, owner, book.template, book.number, about)

    owner, about, found = store.read(look)
    return found or build_workbook(store, data, cohort, owner, book.template, parameters=book.parameters, about=about)


def _id(c: Connection, username: str) -> str:
    person = members.person_by_username(c, username)
    assert person is not None, f"{username} is in the example"
    return person.id


def _person(store: Store, username: str) -> Person:
    person = store.read(lambda c: members.person_by_username(c, username))
    assert person is not None, f"{username} is in the example's roster"
    return person


def _execute(store: Store, data: Path, review: Review) -> None:
    execute(store, data, store.read(lambda c: submissions.submission(c, review.submission)), review.reader)
