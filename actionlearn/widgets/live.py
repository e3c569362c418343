"""What a live cell's function returns, shown safely, and again at each change."""

from __future__ import annotations

import base64
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import anywidget
import nh3
import traitlets

from actionlearn.answers.prompts import Value
from actionlearn.i18n import say
from actionlearn.text.markup import Markup
from actionlearn.text.paragraphs import paragraphs
from actionlearn.widgets.call_limits import TooLong, within
from actionlearn.widgets.prompt import asset

#: Seconds that a live cell's function may take on a server.
SECONDS = 10.0

#: Type under which a page of ours gets the state of a `LiveWidget`: it draws it at once, and by itself.
STATE = "application/vnd.actionlearn.live+json"

#: Letters of the largest picture.
MOST = 8 * 1024 * 1024

#: One way to show a result: ``html`` (cleaned), ``svg`` or ``png`` (base64, with ``alt``), or ``text``.
LiveResult = dict[str, str]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DrawnResult:
    """A result of our own making that is ready to be shown."""

    shown: LiveResult


def show(result: Any) -> LiveResult:
    """Return what a function returned, as it is shown.

    Parameters
    ----------
    result
        Text; a matplotlib figure; anything that has ``_repr_svg_``, ``_repr_png_`` or ``_repr_html_``
        (tables of pandas, pictures of others); or a pair of one of these and its words for who does not see it.
        An attribute ``alt`` is taken for these words, too.

    Returns
    -------
    dict
        The first of these that fits. HTML is cleaned of whatever could run.
    """
    alt = ""
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], str):
        result, alt = result
    alt = alt or str(getattr(result, "alt", "") or "")
    if result is None:
        return {"text": ""}
    if isinstance(result, DrawnResult):
        return result.shown
    if isinstance(result, str):
        return {"text": result}
    if _is_figure(result):
        return {"svg": _coded(_figure_svg(result)), "alt": alt}
    for name, kind in (("_repr_svg_", "svg"), ("_repr_png_", "png")):
        if made := _asked(result, name):
            return {kind: _coded(made), "alt": alt}
    if made := _asked(result, "_repr_html_"):
        return {"html": nh3.clean(str(made))}
    return {"text": str(result)}


def _asked(result: Any, name: str) -> Any:
    method = getattr(result, name, None)
    return method() if callable(method) else None


def _coded(made: str | bytes) -> str:
    return base64.b64encode(made.encode() if isinstance(made, str) else made).decode()


def _is_figure(result: Any) -> bool:
    figure = sys.modules.get("matplotlib.figure")
    return figure is not None and isinstance(result, figure.Figure)


def _figure_svg(figure: Any) -> bytes:
    """Return a matplotlib figure as SVG: the same figure, the same bytes."""
    from matplotlib import rc_context

    file = BytesIO()
    with rc_context({"svg.hashsalt": "actionlearn", "svg.fonttype": "path"}):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)  # else the notebook shows it a second time
    return file.getvalue()


def shown_html(shown: LiveResult) -> str:
    """Return a result as HTML for reading; pictures are in it, nothing is fetched."""
    if "html" in shown:
        return f'<div class="al-live">{shown["html"]}</div>'
    for kind, type in (("svg", "image/svg+xml"), ("png", "image/png")):
        if kind in shown:
            image = Markup('<div class="al-live"><img alt="{}" src="data:{};base64,{}"></div>')
            return str(image.format(shown.get("alt", ""), type, shown[kind]))
    return str(Markup('<div class="al-live">{}</div>').format(paragraphs(shown["text"])))


def shown_text(shown: LiveResult) -> str:
    """Return a result as plain text."""
    return shown.get("text") or shown.get("alt") or nh3.clean(shown.get("html", ""), tags=set()).strip()


def called(
    function: Callable[..., Any], values: Sequence[Value], locale: str = "en", *, seconds: float = 0
) -> LiveResult:
    """Call a live cell's function, and show what it returns; a failure is told kindly, its trace is logged.

    Parameters
    ----------
    function, values
        What is called, and with what.
    locale
        The reader's language.
    seconds
        How long it may take; 0 for as long as it likes.
    """
    try:
        with within(seconds):
            return _sized(show(function(*values)), locale)
    except TooLong:
        return {"text": too_long(locale)}
    except (Exception, SystemExit):  # noqa: BLE001 - it is the author's code, anything may come
        _log.exception("a live cell failed: %s", getattr(function, "__name__", "function"))
        return {"text": say("This picture could not be drawn from your answers. Your answers are safe.", locale)}


def _sized(shown: LiveResult, locale: str) -> LiveResult:
    """Return a result that a page can hold."""
    if sum(map(len, shown.values())) <= MOST:
        return shown
    return {"text": say("This picture is too large to be shown. Your answers are safe.", locale)}


def too_long(locale: str) -> str:
    """Return what stands in the place of a picture that is not drawn in time."""
    return say("This picture took too long to draw, and was stopped. Your answers are safe.", locale)


class LiveWidget(anywidget.AnyWidget):
    """Shows what a function makes of answers, and calls it again whenever one of them was saved.

    Parameters
    ----------
    function
        Called with the values of `of`, in their order.
    of
        References of the answers it reads.
    answers
        Their values now, by reference.
    title
        What it shows, for those who do not see it.
    locale
        The reader's language.
    seconds
        How long one call may take; 0 for as long as it likes.
    **traits
        More for the widget, such as its ``model_id``.
    """

    _esm = asset("js/live.js")
    _css = asset("prompts.css") + asset("views.css")

    of = traitlets.List(traitlets.Unicode()).tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    #: How often it was drawn or shown again, so that the page knows that it was heard; and what it says where it was not.
    drawn = traitlets.Int().tag(sync=True)
    late = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        function: Callable[..., Any],
        of: Sequence[str],
        *,
        answers: Mapping[str, Value] | None = None,
        title: str = "",
        locale: str = "en",
        seconds: float = 0,
        **traits: Any,
    ) -> None:
        self._function = function
        self._locale = locale
        self._seconds = seconds
        super().__init__(of=list(of), title=title, answers=dict(answers or {}), late=too_long(locale), **traits)
        self._call()
        self.observe(self._call, "answers")

    def _call(self, _: Any = None) -> None:
        values = [self.answers.get(each) for each in self.of]
        self._say(called(self._function, values, self._locale, seconds=self._seconds))

    def _say(self, shown: LiveResult) -> None:
        """Say what is shown, also where it is the same as before: the page may know another picture, of a kernel that died."""
        with self.hold_sync():
            self.shown = {}
            self.shown = shown
            self.drawn += 1

    def set_state(self, sync_data: Any) -> None:
        """Take what the page says; where it says the same again, so does this."""
        before = self.drawn
        super().set_state(sync_data)
        if "answers" in sync_data and self.drawn == before:
            self._say(self.shown)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add what is shown, for viewers that have no widgets."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, **self._for_others()}, metadata

    def _for_others(self) -> dict[str, Any]:
        """Return what is shown as HTML and text."""
        return {"text/html": shown_html(self.shown), "text/plain": shown_text(self.shown)}


class ServedLive(LiveWidget):
    """The same for a page of ours, which draws it without Voilà's front-end."""

    def _for_others(self) -> dict[str, Any]:
        """Return the state; what is shown is in it, and need not be said twice."""
        names = ("of", "answers", "shown", "title", "drawn", "late")
        return {STATE: {name: getattr(self, name) for name in names}}
