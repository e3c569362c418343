"""A prompt as a widget, for stock Voilà and JupyterLab: it saves over its own comm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anywidget
import traitlets

from actionlearn.answers.prompts import Item, Prompt, Value
from actionlearn.widgets.bundle import WIDGETS, bundle
from actionlearn.widgets.prompt_html import prompt_html, ui_words, value_text

#: Takes a message ``{client, seq, base, value}``; returns the status and the body of the reply, as the API gives them.
Save = Callable[[Mapping[str, Any]], tuple[int, dict[str, Any]]]


def asset(name: str) -> str:
    """Return a script or a style sheet of this room with all it imports: ``js/prompt.js``, ``prompts.css``."""
    return bundle(WIDGETS / name)


class PromptWidget(anywidget.AnyWidget):
    """One prompt, with its form controls, that saves each edit and says so once it is saved.

    Parameters
    ----------
    prompt
        What is asked.
    save
        Called with each edit that comes in; what it returns goes back.
    workbook
        Key of the workbook, so that two notebooks in one JupyterLab are not mixed up.
    value, version, saved_at
        The answer as the store has it.
    locale
        The reader's language.
    recaps
        Earlier answers shown above the question.
    cut
        Called when a kept version is due, with the cause.
    offered
        An earlier answer that stands in the control while nothing was said here.
    opens
        Attributes that open and close it by another answer.
    after
        Called once a save was acknowledged: what draws from answers can wait, the person cannot.
    """

    _esm = asset("js/prompt.js")
    _css = asset("prompts.css")

    html = traitlets.Unicode().tag(sync=True)
    workbook = traitlets.Unicode().tag(sync=True)
    prompt = traitlets.Unicode().tag(sync=True)
    value = traitlets.Any(allow_none=True).tag(sync=True)
    version = traitlets.Int().tag(sync=True)
    saved_at = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    locale = traitlets.Unicode("en").tag(sync=True)

    def __init__(
        self,
        prompt: Prompt,
        save: Save,
        *,
        workbook: str = "",
        value: Value = None,
        version: int = 0,
        saved_at: str = "",
        locale: str = "en",
        recaps: Sequence[Item] = (),
        cut: Callable[[str], None] | None = None,
        after: Callable[[], None] | None = None,
        offered: Item | None = None,
        opens: str = "",
    ) -> None:
        made: dict[str, Any] = {"value": value, "saved_at": saved_at, "version": version, "locale": locale}
        self._asked = prompt
        self._save = save
        self._cut = cut
        self._after = after
        self._recaps = tuple(recaps)
        html = prompt_html(prompt, recaps=recaps, chooser=False, offered=offered, opens=opens, **made)
        super().__init__(html=html, workbook=workbook, prompt=prompt.id, words=ui_words(locale), **made)
        self.on_msg(self._hear)

    def _hear(self, _: Any, message: Any, __: Any) -> None:
        if not isinstance(message, dict):
            return
        if message.get("type") == "revision" and self._cut:
            self._cut(str(message.get("cause")))
        elif message.get("type") == "save":
            status, body = self._save(message)
            if status == 200:
                with self.hold_sync():
                    self.value, self.version = message.get("value"), body["version"]
                    self.saved_at = body["saved_at"]
            reply = {"type": "reply", "client": message.get("client"), "seq": message.get("seq")}
            self.send({**reply, "status": status, "body": body})
            if status == 200 and self._after:
                self._after()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Add the question and the answer as HTML and text, for viewers that have no widgets."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        frozen = prompt_html(
            self._asked, value=self.value, saved_at=self.saved_at, locale=self.locale, recaps=self._recaps, frozen=True
        )
        text = f"{self._asked.question}\n{value_text(self._asked, self.locale, value=self.value)}".strip()
        return {**data, "text/html": frozen, "text/plain": text}, metadata
