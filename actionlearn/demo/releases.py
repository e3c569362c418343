"""What people of the example released to their manager and the sponsor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from actionlearn.demo.scenario import instant_of
from actionlearn.store import Connection, Store
from actionlearn.store.engine import erasure_journal
from actionlearn.store.outbound import releases
from actionlearn.store.outbound.releases import PickedPassage
from actionlearn.store.people import members
from actionlearn.store.workbooks import drafts, workbooks


def release(store: Store, data: Path, cohort: str, path: Path) -> None:
    """Let everybody release what the example tells, once: who has taken a sentence back keeps it.

    Parameters
    ----------
    store, data
        Where the cohort was lived in.
    cohort
        Its id.
    path
        The YAML file that tells it.
    """
    wanted = YAML(typ="base", pure=True).load(path.read_text("utf-8"))
    taken_back = erasure_journal.withdrawn(data / erasure_journal.JOURNAL, store.id)

    def act(c: Connection) -> None:
        people = {each.person.username: each.person.id for each in members.members(c, cohort)}
        if taken_back or any(releases.of_learner(c, cohort, id) for id in people.values()):
            return
        for each in wanted:
            _release(c, cohort, each, people)

    store.write(act)


def _release(c: Connection, cohort: str, release: dict[str, Any], people: dict[str, str]) -> None:
    template, number = release["workbook"].split()
    book = workbooks.find_workbook(c, cohort, people[release["by"]], template, int(number))
    text = str(drafts.drafts(c, book.id)[release["prompt"]].value) if book else ""
    if book is None or release["says"] not in text:  # they have written something else since
        return
    begins = text.index(release["says"])
    words = PickedPassage(
        prompt=release["prompt"], path="", begins=begins, ends=begins + len(release["says"]), words=release["says"]
    )
    for reader in release["to"]:
        releases.add(c, book, words, people[reader], instant_of(release["at"]))
