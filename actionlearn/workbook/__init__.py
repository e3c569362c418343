"""What the cells of a notebook call: `open_workbook`, `prose`, `prompt`, `view`, `live`.

One notebook, three ways to run it:

practice
    In stock Voilà or JupyterLab, on one's own machine: prompts are widgets, answers are in ``./actionlearn-practice``.
frozen
    With ``submission`` set (papermill does): each prompt shows the answer that was shared, for reading.
served
    In our server's kernels: the page has the prompts already, only live cells draw.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from actionlearn.answers.conditions import Condition
from actionlearn.errors import ActionlearnError
from actionlearn.i18n import error_text
from actionlearn.notebook import fill, fill_markdown, make_prompt
from actionlearn.template import Card
from actionlearn.views import Rendered
from actionlearn.widgets.live import DrawnResult
from actionlearn.workbook.frozen import Frozen
from actionlearn.workbook.mode import Mode, ReadOnlyHtml, WorkbookInfo
from actionlearn.workbook.practice import Practice
from actionlearn.workbook.served import Served

__all__ = ["ReadOnlyHtml", "card", "live", "open_workbook", "prompt", "prose", "section", "view"]

_current: Mode | None = None
_locale = "en"


def open_workbook(
    *,
    template: str,
    version: int = 1,
    template_hash: str = "",
    locale: str = "en",
    title: str = "",
    stage: str = "",
    minutes: int = 0,
    workbook: str = "",
    submission: str = "",
    **_: str,
) -> Any:
    """Open the workbook that the cells below are about.

    Parameters
    ----------
    template, version, template_hash, locale, title, stage, minutes
        What it was made from.
    workbook
        Its id, empty for a notebook that is nobody's yet.
    submission
        What to show for reading, as JSON text; empty while it is being written.

    Returns
    -------
    object
        A line for the reader on whose words these are; None in our server.
    """
    global _locale
    _locale = locale
    about = WorkbookInfo(
        template=template,
        version=version,
        template_hash=template_hash,
        locale=locale,
        title=title or template,
        stage=stage,
        minutes=minutes,
        workbook=workbook,
    )
    return _show_errors(locale, lambda: _open(about, submission))


def _open(about: WorkbookInfo, submission: str) -> Any:
    global _current
    if submission:
        _current = Frozen(about, submission)
    elif os.environ.get("ACTIONLEARN_SERVER"):
        _current = Served(about)
    else:
        _current = Practice(about)
    return _current.opened()


def _show_errors(locale: str, act: Callable[[], Any]) -> Any:
    """Do something; where it is refused, the notebook shows the sentence instead of a traceback."""
    try:
        return act()
    except ActionlearnError as error:
        text = error_text(error, locale)
        # IPython asks an exception for this before it draws the traceback itself.
        error._render_traceback_ = lambda: text.splitlines()  # type: ignore[attr-defined]
        raise


def _mode() -> Mode:
    if _current is None:
        raise RuntimeError("open_workbook(...) comes first: run the notebook's cells from the top")
    return _current


def _shown(make: Callable[[Mode], Any]) -> Any:
    mode = _mode()
    return _show_errors(_locale, lambda: make(mode))


def prose(text: str, **values: str) -> Any:
    """Show words of the author's with the workbook's parameters in them.

    Parameters
    ----------
    text
        Markdown; ``{name}`` is where a value goes.
    **values
        The values. They can only ever be read as text.
    """
    return _shown(lambda mode: mode.prose(fill_markdown(text, values)))


def prompt(id: str, question: str, **keywords: Any) -> Any:
    """Ask one question.

    Parameters
    ----------
    id
        Stable for ever.
    question
        What is asked; ``{name}`` is where a parameter goes.
    **keywords
        ``kind``, ``hint``, ``required``, ``audience``, ``options``, ``columns`` and the others of a `Prompt`;
        what is none of these is the value of a parameter.
    """
    return _shown(lambda mode: mode.prompt(make_prompt(id, question, **keywords)))


def section(id: str, title: str = "", *, when: str = "", opens: str = "", **values: str) -> Any:  # noqa: ARG001 - see below
    """Begin a part of the workbook; it lasts until the next section.

    Parameters
    ----------
    id
        Its name among the sections.
    title
        Its heading; ``{name}`` is where a parameter goes.
    when
        What opens it: ``kind``, ``kind = complex``, ``kind != clear``; no answer has to where it is empty.
    opens
        The day it waits for, ``week 2`` or ``day 10`` of its workbook. A server of ours counts them; a notebook by
        itself does not know when it was begun, and shows the section at once.
    **values
        The values of parameters.
    """
    return _shown(lambda mode: mode.section(id, fill(title, values), Condition.parse(when) if when else None))


def card(
    id: str, title: str, text: str, *, question: str = "", source: str = "", locale: str = "", when: str = ""
) -> Any:
    """Show another way to look, folded.

    Parameters
    ----------
    id, title, text, question, source
        The card; its text is Markdown.
    locale
        Its language, where it is not the workbook's.
    when
        What makes it appear, as in `section`.
    """
    condition = Condition.parse(when) if when else None
    return _mode().card(Card(id, title, text=text, question=question, source=source, locale=locale), condition)


def view(name: str, *, of: Sequence[str] = (), when: str = "", **roles: Sequence[str]) -> Any:
    """Show a picture or table of answers.

    Parameters
    ----------
    name
        Name of the view, a key of ``actionlearn.views.VIEWS``.
    of
        References of the answers it reads.
    when
        What makes it appear, as in `section`.
    **roles
        What some of them are to it: ``practice=["experiment*.happened"]``.
    """
    return _mode().view(name, tuple(of), roles, Condition.parse(when) if when else None)


def live(function: Callable[..., Any], *, of: Sequence[str], title: str = "") -> Any:
    """Show what a function of your own makes of answers, again at each change.

    Parameters
    ----------
    function
        Called with the values of `of`, in their order; None for what is not answered yet. It returns text, a
        figure, a table, a view, anything that shows itself, or a pair of that and its words for who cannot see it.
    of
        References of the answers it reads: ``need``, ``scope.need``, ``experiment*.result`` (all, as a list).
    title
        What it shows.
    """

    @wraps(function)
    def drawn(*values: Any) -> Any:
        made = function(*values)
        # A view is made of escaped parts, and would lose its picture to the cleaning of other HTML.
        return DrawnResult({"html": made.html, "text": made.text}) if isinstance(made, Rendered) else made

    return _mode().live(drawn, tuple(of), title)


def _close() -> None:
    """Forget the open workbook, and let go of its store. For tests."""
    global _current
    if _current is not None:
        _current.close()
    _current = None
