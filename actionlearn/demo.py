"""The example cohort, lived in: three learners six weeks on, their coaches' comments, everybody's sign-in link."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from actionlearn import prompts
from actionlearn.cohort.build import build, build_workbook
from actionlearn.cohort.enrol import read_inputs
from actionlearn.people import new_link
from actionlearn.review import comments, gather, share
from actionlearn.review.execute import execute
from actionlearn.roles import Role
from actionlearn.store import Connection, Store, drafts, members, reviews, shifted, workbooks
from actionlearn.store.rows import Person, Review, Submission, Workbook

#: Told which of the `STAGES` it is in, how many steps of it are done, and of how many.
Progress = Callable[[str, int, int], None]

STAGES = {
    "build": "Making everybody's workbooks",
    "live": "Living six weeks in three lives",
    "execute": "Executing what others will read",
}

#: Whom one can be: username, and what that person does.
CAST: dict[str, Role] = {"zoe06": "learner", "rui.coach": "coach", "helena.office": "facilitator"}


@dataclass(frozen=True)
class Entrance:
    """One person's way in."""

    person: Person
    role: str
    token: str


def examples() -> Path:
    """Return the folder of the examples: in the wheel, else beside the package."""
    inside = Path(str(files("actionlearn"))) / "examples"
    return inside if inside.is_dir() else inside.parents[1] / "examples"


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
    build(store, data, programme, roster, progress=lambda done, of, _: progress("build", done, of))
    people = json.loads((autumn / "answers.json").read_text("utf-8"))["people"]
    lived = [(username, part) for username, parts in people.items() for part in parts]
    for done, (username, part) in enumerate(lived, 1):
        _live(store, data, programme.id, username, part)
        progress("live", done, len(lived))
    waiting = store.read(reviews.pending_reviews)
    with ThreadPoolExecutor(2) as pool:
        for done, _ in enumerate(pool.map(lambda review: _execute(store, data, review), waiting), 1):
            progress("execute", done, len(waiting))


def cast(store: Store) -> list[tuple[Person, Role]]:
    """Return whom one can be, and what each does."""
    return [(_person(store, username), role) for username, role in CAST.items()]


def entrances(store: Store) -> list[Entrance]:
    """Return a fresh sign-in link for each of the `CAST`."""
    return [Entrance(person, role, new_link(store, person.id)) for person, role in cast(store)]


def _live(store: Store, data: Path, cohort: str, username: str, part: dict[str, Any]) -> None:
    """Answer one workbook, share it and comment on it as the example tells."""
    person = _person(store, username)
    workbook = _workbook(store, data, cohort, person, part["template"], part["number"])
    _, contents = gather.load(data, workbook)

    def answer(c: Connection) -> None:
        for id, said in part["answers"].items():
            drafts.save(
                c,
                workbook=workbook.id,
                prompt=id,
                person=person.id,
                client=str(uuid5(NAMESPACE_URL, f"actionlearn:demo:{workbook.id}")),
                seq=1,
                base=0,
                value=prompts.check(contents.prompts[id], said["value"]),
                now=said["at"],
            )

    store.write(answer)
    if not part.get("shared"):
        return
    told = part["shared"]
    shared = share.share(store, workbook, contents, person.id, told["wants"], told["at"])
    if not store.read(lambda c: reviews.comments_of(c, shared.id)):
        for each in part.get("comments", ()):
            _comment(store, shared, each)


def _comment(store: Store, shared: Submission, told: dict[str, Any]) -> None:
    coach = _person(store, told["by"])
    at = told.get("at") or shifted(shared.shared_at, hours=20)

    def act(c: Connection) -> None:
        actor = members.actor(c, coach.id)
        made = comments.comment(c, actor, shared.id, told["prompt"], told["body"], at)
        if told["released"]:
            comments.release(c, actor, made.id, at)

    store.write(act)


def _workbook(store: Store, data: Path, cohort: str, person: Person, template: str, number: int) -> Workbook:
    found = store.read(lambda c: workbooks.find_workbook(c, cohort, person.id, template, number))
    return found or build_workbook(store, data, cohort, person.id, template)


def _person(store: Store, username: str) -> Person:
    person = store.read(lambda c: members.person_by_username(c, username))
    assert person is not None, f"{username} is in the example's roster"
    return person


def _execute(store: Store, data: Path, review: Review) -> None:
    execute(store, data, store.read(lambda c: reviews.submission(c, review.submission)), review.reader)
