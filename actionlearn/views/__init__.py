"""Views: pictures and tables computed from answers. Pure functions, one per file; they never write."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from actionlearn.prompts import Item
from actionlearn.views.history import history
from actionlearn.views.recap import recap
from actionlearn.views.rendered import Rendered
from actionlearn.views.steps import steps

__all__ = ["LOOK_BACK", "VIEWS", "Rendered", "render"]

#: Name, as a template places it -> the function that draws it.
VIEWS: dict[str, Callable[[Sequence[Item], str], Rendered]] = {
    "history": history,
    "recap": recap,
    "steps": steps,
}

#: Views that look back: their items bring earlier versions.
LOOK_BACK = frozenset({"history"})


def render(name: str, items: Sequence[Item], locale: str = "en") -> Rendered:
    """Draw a view.

    Parameters
    ----------
    name
        A key of `VIEWS`.
    items
        The answers it reads, in the order of the template.
    locale
        The reader's language.

    Returns
    -------
    Rendered
        Its HTML, and the same said in plain text.
    """
    return VIEWS[name](items, locale)
