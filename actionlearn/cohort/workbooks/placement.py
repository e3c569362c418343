"""Write a notebook to its place in the data folder, and record it in the store in the same transaction.

A notebook is whole before it gets its name, and it gets its name in the act that records it: killed
at any moment, the next run goes on where this one was, and makes nothing twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from nbformat import NotebookNode

from actionlearn.answers.items import AFTER
from actionlearn.answers.saved_cards import PARAMETER
from actionlearn.cohort import files
from actionlearn.cohort.programme.library import Library, Source, parameters_for, templates_folder
from actionlearn.cohort.programme.programme import Programme
from actionlearn.cohort.workbooks.owners import Owner
from actionlearn.cohort.workbooks.parameters import prepare, prepare_text
from actionlearn.cohort.workbooks.report import Outcome
from actionlearn.errors import BuildError, Conflict, Missing
from actionlearn.executors import INLINE, Offload
from actionlearn.notebook import dumps, with_card
from actionlearn.store import Connection, Store
from actionlearn.store.records import Workbook
from actionlearn.store.workbooks import workbooks
from actionlearn.template import Card


@dataclass(frozen=True)
class PlannedNotebook:
    """A notebook as it should be."""

    cohort: str
    owner: Owner
    number: int
    source: Source
    parameters: dict[str, str]
    locale: str
    card: Card | None = None
    origin: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where it is, relative to the data folder."""
        return self.owner.path(self.cohort, self.source.template.id, self.number, self.locale)

    @property
    def notebook(self) -> NotebookNode:
        """What parameters are put into: the template's notebook, with the card it begins with, if it does."""
        return with_card(self.source.notebook, self.card, self.source.template.locale)

    @property
    def text(self) -> str:
        """The same as text: of all that begin without a card it is one."""
        return dumps(self.notebook) if self.card else self.source.text

    @property
    def built(self) -> str:
        """Hash of all that the notebook is made from."""
        made_from = [files.FORMAT, self.source.hash, self.parameters, *([repr(self.card)] if self.card else [])]
        return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()

    @property
    def record(self) -> dict[str, Any]:
        """What the store keeps of it."""
        template = self.source.template
        about = {"template_hash": template.hash, "title": template.title, "path": self.path}
        return {
            **about,
            "locale": self.stored_locale,
            "parameters": {**self.parameters, **self.origin},
            "build_hash": self.built,
        }

    @property
    def stored_locale(self) -> str:
        """The language it is in; of a set, the language it is for: one notebook for each that is read there."""
        return self.locale if self.owner.kind == "set" else self.source.template.locale


def plan_notebook(
    programme: Programme,
    owner: Owner,
    source: Source,
    number: int,
    locale: str,
    given: Mapping[str, str] | None = None,
    card: Card | None = None,
) -> PlannedNotebook:
    """Return a notebook as a programme wants it."""
    parameters = parameters_for(programme, source.template, owner.firstname, given)
    # What a workbook began with is no parameter of its template, and is known all the same.
    origin = {name: value for name, value in (given or {}).items() if name in (PARAMETER, AFTER)}
    origin |= {PARAMETER: card.id} if card else {}
    return PlannedNotebook(
        cohort=programme.id,
        owner=owner,
        number=number,
        source=source,
        parameters=parameters,
        locale=locale,
        card=card,
        origin=origin,
    )


def make_notebooks(
    store: Store,
    data: Path,
    wishes: Sequence[PlannedNotebook],
    made: Mapping[str, Workbook],
    hashes: Mapping[str, str],
    sets: Mapping[tuple[str, str, int], str],
    apart: Offload = INLINE,
) -> list[tuple[str, Outcome]]:
    """Make the notebooks of one workbook, in each of its languages, unless somebody has written in it.

    Parameters
    ----------
    wishes
        A person's one notebook, or a set's in all languages.
    made
        The notebooks of the cohort that there are, by path.
    hashes
        What the manifest says of their files.
    sets
        Ids of the workbooks of sets, in whatever language, by set, template and number.
    apart
        Who puts the parameters in.
    """
    known = next((made[each.path].id for each in wishes if each.path in made), sets.get(_key(wishes[0]), ""))
    done: list[tuple[str, Outcome]] = []
    for each in wishes:
        id = known or str(uuid4())
        try:
            found = made.get(each.path)
            done.append((each.path, _one(store, data, each, id, found, hashes, joins=bool(known), apart=apart)))
        except Conflict:  # another build was there first
            done.append((each.path, "unchanged"))
            break
        known = id
    return done


def _key(wish: PlannedNotebook) -> tuple[str, str, int]:
    return wish.owner.id, wish.source.template.id, wish.number


def _one(
    store: Store,
    data: Path,
    wish: PlannedNotebook,
    id: str,
    found: Workbook | None,
    hashes: Mapping[str, str],
    *,
    joins: bool,
    apart: Offload,
) -> Outcome:
    there, hash = files.file_hash(data / wish.path), hashes.get(wish.path)
    if found is not None and PARAMETER in found.parameters:  # its owner began it with a card
        wish = replace(wish, card=start_workbook(Library(templates_folder(data, wish.cohort)), found)[0])
    if found is None:
        write_notebook(store, data, wish, id, None, joins=joins, apart=apart)
        return "made"
    if there and found.build_hash == wish.built and hash in (None, there):
        return "unchanged"
    if there and found.started_at:
        return "preserved"
    if found.started_at:
        _restore(data, wish, found)
        return "changed"
    return "changed" if write_notebook(store, data, wish, found.id, found, apart=apart) else "preserved"


def write_notebook(
    store: Store,
    data: Path,
    wish: PlannedNotebook,
    id: str,
    found: Workbook | None,
    *,
    joins: bool = False,
    apart: Offload = INLINE,
) -> bool:
    """Put a notebook in its place and record it, in one act; False where somebody has begun to write in it.

    Parameters
    ----------
    id
        Of the workbook.
    found
        The notebook that it takes the place of.
    joins
        Whether the workbook is there, in another language.
    apart
        Who puts the parameters in.
    """
    template, target = wish.source.template, data / wish.path
    text = apart(prepare_text, wish.text, {"workbook": id, **wish.parameters})
    part = files.temporary(target, text.encode())

    def act(c: Connection) -> bool:
        if joins:
            workbooks.put_notebook(c, id, **wish.record)
        elif found is None:
            whose = {"owner": wish.owner.id, "owner_kind": wish.owner.kind, "about": wish.owner.about}
            what = {"cohort": wish.cohort, "template": template.id, "number": wish.number}
            workbooks.add_workbook(c, id=id, **whose, **what, **wish.record)  # type: ignore[arg-type]
        elif not workbooks.rebuilt(c, id, **wish.record, keep=wish.owner.kind == "set"):
            return False
        part.replace(target)
        return True

    try:
        return store.write(act)
    finally:
        part.unlink(missing_ok=True)


def _restore(data: Path, wish: PlannedNotebook, found: Workbook) -> None:
    """Make the notebook of a workbook with answers again, as it was: its file is gone."""
    if found.template_hash != wish.source.template.hash:
        raise BuildError("cohort.lost", path=found.path)
    target = data / found.path
    card, given = start_workbook(Library(templates_folder(data, wish.cohort)), found)
    text = prepare(replace(wish, card=card).notebook, {"workbook": found.id, **given})
    files.temporary(target, text.encode()).replace(target)


def start_workbook(library: Library, workbook: Workbook) -> tuple[Card | None, dict[str, str]]:
    """Return the card a workbook began with, as it reads now, and its other parameters; no card where it is gone."""
    try:
        return library.begin(workbook.parameters, workbook.locale)
    except Missing:
        return None, {name: value for name, value in workbook.parameters.items() if name != PARAMETER}
