"""The templates a cohort is built from, and what their parameters are for one learner."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from actionlearn.cohort.shape import Programme
from actionlearn.notebook import dumps, to_notebook
from actionlearn.store.rows import Person
from actionlearn.template import Template, find, load, shipped


def known_templates() -> set[str]:
    """Return the ids of all templates, in whatever language."""
    return {id for templates in shipped().values() for id in templates}


def template_of(id: str, locale: str) -> Template:
    """Return a template in a reader's language, in English where there is none.

    Raises
    ------
    TemplateError
        There is none of that id, or it cannot be read.
    """
    from actionlearn.views import VIEWS

    return load(find(id, locale), views=VIEWS, cards=())


@dataclass(frozen=True)
class Source:
    """A template in one language, and its notebook before anybody's parameters are in it."""

    template: Template
    notebook: NotebookNode
    hash: str


class Sources:
    """Every template in every language, made once when it is first asked for."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Source] = {}

    def get(self, template: str, locale: str) -> Source:
        """Return the notebook of a template in a language, in English where there is none.

        Raises
        ------
        TemplateError
            There is none of that id, or it cannot be read.
        """
        if (template, locale) not in self._made:
            found = template_of(template, locale)
            notebook = to_notebook(found)
            text = dumps(notebook)
            self._made[template, locale] = Source(found, notebook, hashlib.sha256(text.encode()).hexdigest())
        return self._made[template, locale]


def parameters_for(
    programme: Programme, template: Template, person: Person, given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return what a template's parameters are for one learner; those nobody gave keep their default."""
    words = programme.words.get(template.locale)
    priorities = (words.priorities if words else ()) or programme.priorities
    known: dict[str, Any] = {
        "organisation": (words.organisation if words else "") or programme.organisation,
        "theme": (words.theme if words else "") or programme.theme,
        "priority": priorities[0] if priorities else "",
        "firstname": person.firstname,
    }
    suggestion = programme.suggestion(template.id)
    known |= {**(suggestion.parameters if suggestion else {}), **(given or {})}
    return {
        each.name: each.check(str(known[each.name])) for each in template.parameters if known.get(each.name, "") != ""
    }
