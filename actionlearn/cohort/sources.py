"""The templates a cohort is built from."""

from __future__ import annotations

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
