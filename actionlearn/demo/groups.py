"""The rooms of the example with life in them: what is asked, offered, answered and shown."""

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
    told = YAML(typ="base", pure=True).load(path.read_text("utf-8"))

    def act(c: Connection) -> None:
        people = {each.person.username: each.person.id for each in members.members(c, cohort)}
        sets = {"": "", **{each.name: each.id for each in members.sets(c, cohort)}}
        known = {each.id for each in postings.postings(c, cohort)}
        for each in told["postings"]:
            id = str(uuid5(NAMESPACE_URL, f"actionlearn:demo:{cohort}/{each['by']}/{each['at']}"))
            if id not in known:
                _post(c, cohort, id, each, people, sets)
        for each in told["shown"]:
            _show(c, cohort, each, people, sets)

    store.write(act)


def _post(
    c: Connection, cohort: str, id: str, told: dict[str, Any], people: dict[str, str], sets: dict[str, str]
) -> None:
    of = {"cohort": cohort, "set_id": sets[told["to"]], "kind": told["kind"], "by": people[told["by"]]}
    postings.add(c, **of, id=id, body=told["says"], now=instant_of(told["at"]))
    for each in told.get("answers", ()):
        other = people[each["introduces"]] if "introduces" in each else None
        said = {"by": people[each["by"]], "body": each["says"], "introduces": other}
        postings.answer(c, posting_id=id, **said, now=instant_of(each["at"]))
    if "settled" in told:
        postings.close(c, id, instant_of(told["settled"]))


def _show(c: Connection, cohort: str, told: dict[str, Any], people: dict[str, str], sets: dict[str, str]) -> None:
    template, number = told["workbook"].split()
    found = workbooks.find_workbook(c, cohort, people[told["by"]], template, int(number))
    if found is None or told["prompt"] in entries.shown_of(c, found.id):
        return
    where = {"workbook": found.id, "prompt": told["prompt"], "cohort": cohort, "set_id": sets[told["to"]]}
    entries.show(c, **where, by=people[told["by"]], note=told["note"], now=instant_of(told["at"]))
