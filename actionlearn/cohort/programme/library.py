"""The templates a cohort is built from, and what their parameters are for one learner."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from actionlearn.answers.saved_cards import PARAMETER
from actionlearn.cohort import files
from actionlearn.cohort.programme.schema import Programme, Suggested
from actionlearn.errors import Fault, Missing, TemplateError
from actionlearn.i18n import for_locale, locale_chain
from actionlearn.notebook import dumps, to_notebook
from actionlearn.template import Card, Template, find, load, shipped
from actionlearn.template.cards import load as load_card
from actionlearn.template.packs import cards_for

#: Name of a folder of cards, which stands beside the templates that show them.
CARDS = "cards"

#: Names of files that are templates: their id is the name.
_ID = re.compile(r"[a-z][a-z0-9-]*")


class Library:
    """The templates there are: an author's own, then those that came with the kit.

    Parameters
    ----------
    own
        Folder of an author's own, as ``<locale>/<id>.md`` or ``<id>.md``; None, or not there, is none.
    """

    def __init__(self, own: Path | None = None) -> None:
        self.own = own
        self._files: dict[str, dict[str, Path]] = {}
        for path in sorted([*own.glob("*.md"), *own.glob("*/*.md")]) if own else ():
            if _ID.fullmatch(path.stem) and path.parent.name != CARDS:
                locale = path.parent.name if path.parent != own else ""
                self._files.setdefault(path.stem, {})[locale] = path

    @property
    def ids(self) -> set[str]:
        """Ids of all templates, in whatever language."""
        return {*self._files, *(id for templates in shipped().values() for id in templates)}

    def owns(self, id: str) -> bool:
        """Tell whether a template is the author's own, in whatever language."""
        return id in self._files

    def own_files(self, ids: Iterable[str]) -> dict[str, Path]:
        """Return the author's own files of some templates, in every language, and all cards, by their path."""
        if self.own is None:
            return {}
        found = [path for id in ids for path in self._files.get(id, {}).values()]
        found += [*self.own.glob(f"{CARDS}/*.md"), *self.own.glob(f"*/{CARDS}/*.md")]
        return {path.relative_to(self.own).as_posix(): path for path in sorted(found)}

    def find(self, id: str, locale: str) -> Path:
        """Return the file of a template, in a reader's language where there is one.

        An author's own comes before a shipped one also where it is in another language: the two ask
        different questions.

        Raises
        ------
        TemplateError
            There is none of that id.
        """
        mine = self._files.get(id, {})
        order = (*locale_chain(locale), "", "en", *sorted(mine))
        return next((mine[each] for each in order if each in mine), None) or find(id, locale)

    def cards(self, locale: str) -> dict[str, Path]:
        """Return the cards there are by id, in a reader's language where there is one: an author's own come first."""
        found = cards_for(None, locale)
        folders = [self.own / tag for tag in ("en", "", *reversed(locale_chain(locale)))] if self.own else []
        for folder in folders:
            found |= {path.stem: path for path in sorted((folder / CARDS).glob("*.md"))}
        return found

    def begin(self, parameters: Mapping[str, str], locale: str) -> tuple[Card | None, dict[str, str]]:
        """Return the card that a workbook begins with, if it does, and its other parameters.

        Raises
        ------
        Missing
            There is no such card.
        """
        others = dict(parameters)
        id = others.pop(PARAMETER, None)
        if id is None:
            return None, others
        path = self.cards(locale).get(id)
        if path is None:
            raise Missing("cohort.no_card", card=id)
        return load_card(path), others

    def load(self, id: str, locale: str) -> Template:
        """Return a template in a reader's language, as `find` finds it.

        Raises
        ------
        TemplateError
            There is none of that id, or it cannot be read.
        """
        from actionlearn.views import VIEWS

        path = self.find(id, locale)
        template = load(path, views=VIEWS)
        if template.id != id:
            fault = Fault("template.other_id", {"id": id, "found": template.id}, path)
            raise TemplateError("template.faults", faults=[fault], count=1)
        return template


def library_of(programme: Programme, data: Path) -> Library:
    """Return the templates a programme is built from: beside its file, else as an earlier build kept them."""
    return Library(programme.folder or (templates_folder(data, programme.id) if programme.templates else None))


def templates_folder(data: Path, cohort: str) -> Path:
    """Return the folder in which builds keep an author's own templates of a cohort."""
    return files.folder(data, cohort) / "templates"


def save_templates(data: Path, programme: Programme, library: Library) -> None:
    """Keep the author's own templates that a programme suggests: the server has not the author's folder."""
    if library.own != templates_folder(data, programme.id):
        suggested = library.own_files(each.template for each in programme.workbooks)
        files.mirror(
            templates_folder(data, programme.id), {name: path.read_bytes() for name, path in suggested.items()}
        )


@dataclass(frozen=True)
class Source:
    """A template in one language, and its notebook before anybody's parameters are in it."""

    template: Template
    notebook: NotebookNode
    text: str
    hash: str


class Sources:
    """Every template of a library in every language, made once when it is first asked for."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._made: dict[tuple[str, str], Source] = {}

    def get(self, template: str, locale: str) -> Source:
        """Return the notebook of a template in a reader's language.

        Raises
        ------
        TemplateError
            There is none of that id, or it cannot be read.
        """
        if (template, locale) not in self._made:
            found = self.library.load(template, locale)
            notebook = to_notebook(found)
            text = dumps(notebook)
            self._made[template, locale] = Source(
                template=found, notebook=notebook, text=text, hash=hashlib.sha256(text.encode()).hexdigest()
            )
        return self._made[template, locale]


def _parameters_in(suggestion: Suggested | None, locale: str) -> Mapping[str, Any]:
    """Return the parameters that read otherwise in a language."""
    return for_locale(suggestion.words, locale) or {} if suggestion else {}


def parameters_for(
    programme: Programme, template: Template, firstname: str, given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return what a template's parameters are for one learner; those nobody gave keep their default."""
    words = for_locale(programme.words, template.locale)
    priorities = (words.priorities if words else ()) or programme.priorities
    known: dict[str, Any] = {
        "organisation": (words.organisation if words else "") or programme.organisation,
        "theme": (words.theme if words else "") or programme.theme,
        "priority": priorities[0] if priorities else "",
        "firstname": firstname,
    }
    suggestion = programme.suggestion(template.id)
    known |= {
        **(suggestion.parameters if suggestion else {}),
        **_parameters_in(suggestion, template.locale),
        **(given or {}),
    }
    return {
        each.name: each.check(str(known[each.name])) for each in template.parameters if known.get(each.name, "") != ""
    }
