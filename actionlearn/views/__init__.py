"""Views: pictures and tables computed from answers. Pure functions, one per file; they never write."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from actionlearn.answers.prompts import Item
from actionlearn.i18n import say
from actionlearn.text.markup import Markup
from actionlearn.views.balance import balance
from actionlearn.views.board import board
from actionlearn.views.calendar import calendar
from actionlearn.views.compare import compare
from actionlearn.views.forces import forces
from actionlearn.views.goals import goals
from actionlearn.views.history import history
from actionlearn.views.learning import learning
from actionlearn.views.people import people
from actionlearn.views.recap import recap
from actionlearn.views.rendered import Rendered
from actionlearn.views.runchart import ChartRequest, chart_of, runchart_view
from actionlearn.views.stakeholders import stakeholders
from actionlearn.views.steps import steps
from actionlearn.views.timeline import timeline
from actionlearn.views.used import used

__all__ = ["LOOK_BACK", "PRIVATE", "TITLES", "VIEWS", "ChartRequest", "Rendered", "chart_of", "render", "title"]

log = logging.getLogger(__name__)

#: Name, as a template places it -> the function that draws it.
VIEWS: dict[str, Callable[[Sequence[Item], str], Rendered]] = {
    "balance": balance,
    "board": board,
    "calendar": calendar,
    "compare": compare,
    "forces": forces,
    "goals": goals,
    "history": history,
    "learning": learning,
    "people": people,
    "recap": recap,
    "runchart": runchart_view,
    "stakeholders": stakeholders,
    "steps": steps,
    "timeline": timeline,
    "used": used,
}

#: Name -> what it shows, as whoever does not see it hears it before what is in it. Message ids.
TITLES: dict[str, str] = {
    "balance": "Exposure, practice, conversation and reflection",
    "board": "Tries, side by side",
    "calendar": "Days on which something was written",
    "compare": "Two people’s answers, side by side",
    "forces": "What drives it, and what holds it back",
    "goals": "Goals, and how far they were reached",
    "history": "How words changed",
    "learning": "Before and after",
    "people": "Strong and loose ties",
    "recap": "What was said before",
    "runchart": "Counts in the order of time",
    "stakeholders": "Power and interest",
    "steps": "Steps, by their dates",
    "timeline": "Time line",
    "used": "From a need to its use",
}

#: Views that look back: their items bring earlier versions.
LOOK_BACK = frozenset({"history", "learning", "used"})

#: Views of names and of what holds back: a template's prompts for them are for the learner alone, until they say more.
PRIVATE = frozenset({"forces", "people", "stakeholders"})


def title(name: str, locale: str = "en") -> str:
    """Return what a view shows, in words."""
    return say(TITLES[name], locale)


def render(
    name: str, items: Sequence[Item], locale: str = "en", roles: Mapping[str, Sequence[str]] | None = None
) -> Rendered:
    """Draw a view. One that fails says so in its place, and the log has the trace.

    Parameters
    ----------
    name
        A key of `VIEWS`.
    items
        The answers it reads, in the order of the template.
    locale
        The reader's language.
    roles
        What references are to the view, where the template says so: role -> references.

    Returns
    -------
    Rendered
        Its HTML, and the same said in plain text.
    """
    role = {reference: name for name, references in (roles or {}).items() for reference in references}
    try:
        return VIEWS[name]([replace(item, role=role.get(item.reference, item.role)) for item in items], locale)
    except Exception:
        log.exception("a view failed: %s", name)
        line = say("This picture could not be drawn. Your answers are safe.", locale)
        return Rendered(str(Markup('<div class="al-view al-failed"><p>{}</p></div>').format(line)), line)
