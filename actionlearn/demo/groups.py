"""The groups of the example: what its people asked, offered, answered and showed."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ruamel.yaml import YAML

from actionlearn.demo.scenario import instant_of
from actionlearn.store import Connection, Store
from actionlearn.store.groups import entries, postings
from actionlearn.store.people import members
from actionlearn.store.workbooks import workbooks


def add_group_content(store: Store, cohort: str, path: Path) -> None:
    """Put up what people ask, offer and show. A second time changes nothing.

    Parameters
    ----------
    store
        Where the cohort was lived in.
    cohort
        Its id.
    path
        The YAML file that tells it.
    """
    content = YAML(typ="base", pure=True).load(path.read_text("utf-8"))

    def act(c: Connection) -> None:
        people = {each.person.username: each.person.id for each in members.members(c, cohort)}
        sets = {"": "", **{each.name: each.id for each in members.sets(c, cohort)}}
        known = {each.id for each in postings.postings(c, cohort)}
        for each in content["postings"]:
            id = str(uuid5(NAMESPACE_URL, f"actionlearn:demo:{cohort}/{each['by']}/{each['at']}"))
            if id not in known:
                _post(c, cohort, id, each, people, sets)
        for each in content["shown"]:
            _show(c, cohort, each, people, sets)

    store.write(act)


def _post(
    c: Connection, cohort: str, id: str, posting: dict[str, Any], people: dict[str, str], sets: dict[str, str]
) -> None:
    of = {"cohort": cohort, "set_id": sets[posting["to"]], "kind": posting["kind"], "by": people[posting["by"]]}
    postings.add(c, **of, id=id, body=posting["says"], now=instant_of(posting["at"]))
    for each in posting.get("answers", ()):
        other = people[each["introduces"]] if "introduces" in each else None
        answer = {"by": people[each["by"]], "body": each["says"], "introduces": other}
        postings.answer(c, posting_id=id, **answer, now=instant_of(each["at"]))
    if "settled" in posting:
        postings.close(c, id, instant_of(posting["settled"]))


def _show(c: Connection, cohort: str, shown: dict[str, Any], people: dict[str, str], sets: dict[str, str]) -> None:
    template, number = shown["workbook"].split()
    found = workbooks.find_workbook(c, cohort, people[shown["by"]], template, int(number))
    if found is None or shown["prompt"] in entries.shown_of(c, found.id):
        return
    where = {"workbook": found.id, "prompt": shown["prompt"], "cohort": cohort, "set_id": sets[shown["to"]]}
    entries.show(c, **where, by=people[shown["by"]], note=shown["note"], now=instant_of(shown["at"]))
