"""Executed notebooks made readable: tidied as a file, and as one page of HTML that needs nothing else.

All HTML in an executed notebook is cleaned, whoever made it: a live cell is its author's code, and may
have put a learner's words into markup.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import nh3
from jinja2 import Environment
from nbformat import NotebookNode

from actionlearn import notebook
from actionlearn.answers import rendering
from actionlearn.answers.prompts import is_empty
from actionlearn.answers.rendering import value_text
from actionlearn.errors import Fault
from actionlearn.i18n import say, sentence
from actionlearn.i18n.dates import day, day_and_time
from actionlearn.notebook import Contents, LivePiece, PromptPiece, Text, ViewPiece
from actionlearn.reviews.visible_answers import OWNER, VisibleAnswers
from actionlearn.store.clock import zone
from actionlearn.text.html_pages import page_environment
from actionlearn.text.markup import Markup
from actionlearn.text.paragraphs import paragraphs
from actionlearn.views import VIEWS
from actionlearn.views import render as render_view
from actionlearn.widgets.bundle import WIDGETS, bundle
from actionlearn.widgets.prompt_html import prompt_html

#: What an output may hold; anything else (widgets, scripts, Markdown of a live cell) is left out.
KEPT = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "text/plain")

#: Characters of what one cell printed that are kept.
MAX_PRINTED = 20_000

_LONGEST_REASON = 300

_node: Any = NotebookNode

_TAGS = {*nh3.ALLOWED_TAGS, "section", "details", "summary", "figure", "figcaption"}
_STYLES = {"color", "background-color", "font-weight", "font-style", "text-align", "width", "white-space"}
_ATTRIBUTES = {
    "*": {"class", "id", "lang", "dir", "title", "role", "style", "aria-label", "aria-labelledby", "aria-hidden"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
    "details": {"open"},
}


@dataclass(frozen=True)
class NotebookSection:
    """One cell as it is read.

    Parameters
    ----------
    cell_id
        The id of the cell; of a prompt, the prompt's.
    kind
        ``text``, ``prompt``, ``view`` or ``live``.
    html
        Clean HTML.
    """

    cell_id: str
    kind: str
    html: str


def tidy_notebook(node: Any, contents: Contents, given: VisibleAnswers, faults: Sequence[Fault]) -> None:
    """Make an executed notebook readable, in place, and write down in it who reads what.

    Every prompt and view that did not get to run is shown all the same. Inputs are kept, and hidden.
    """
    pieces = {piece.cell_id: piece for piece in contents.pieces}
    closed = _closed(contents, given)
    fault_of = {fault.values.get("cell"): fault for fault in faults}
    for cell in node.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata["jupyter"] = {**cell.metadata.get("jupyter", {}), "source_hidden": True}
        piece = pieces.get(cell.get("id", ""))
        cell.outputs = [
            readable
            for output in _merged(cell.outputs)
            if (readable := _readable(output, live=isinstance(piece, LivePiece)))
        ]
        if (
            isinstance(piece, LivePiece)
            and piece.cell_id in fault_of
            and not any(each.output_type == "error" for each in cell.outputs)
        ):
            cell.outputs.append(_note(fault_of[piece.cell_id], contents.locale))
        shown = any("text/html" in output.get("data", {}) for output in cell.outputs)
        if piece is None or piece.cell_id in closed:
            continue
        if isinstance(piece, PromptPiece | ViewPiece) and not shown:
            cell.outputs = [_drawn(piece, contents, given)]
        elif isinstance(piece, Text) and not any("data" in output for output in cell.outputs):
            cell.outputs = [_display({"text/markdown": piece.markdown})]
    node.metadata.pop("widgets", None)
    run = node.metadata.get("papermill", {})
    for name in ("input_path", "output_path", "parameters", "default_parameters", "environment_variables"):
        run.pop(name, None)
    names = ("number", "shared_at", "receipt", "erased_at", "reader", "author", "wants")
    reading = {name: given.submission[name] for name in names}
    reading["time_zone"] = given.time_zone
    reading["faults"] = [{"code": fault.code, "values": fault.values} for fault in faults]
    node.metadata["actionlearn"] = {**node.metadata.get("actionlearn", {}), "reading": reading}


def _closed(contents: Contents, given: VisibleAnswers) -> frozenset[str]:
    """Return the cells that stay closed for a reader: what holds an answer is shown nevertheless."""
    closed = contents.closed(lambda when: when.holds(given.items(contents, [when.of])))
    return closed - {id for id, answer in given.answers.items() if not is_empty(answer.get("value"))}


def sections(node: Any) -> tuple[NotebookSection, ...]:
    """Return what there is to read in an executed notebook, cell by cell, as clean HTML."""
    pieces = {piece.cell_id: piece for piece in notebook.read(node).pieces}
    kinds = {PromptPiece: "prompt", ViewPiece: "view", LivePiece: "live"}
    made = []
    for cell in node.cells:
        piece = pieces.get(cell.get("id", ""))
        if piece is None:
            continue
        outputs = cell.get("outputs", [])
        html = "".join(map(_html, outputs))
        if isinstance(piece, Text) and (outputs or cell.cell_type == "markdown"):
            html = markdown(piece.markdown)
        if html.strip():
            made.append(NotebookSection(piece.cell_id, kinds.get(type(piece), "text"), html))
    return tuple(made)


def render(node: Any) -> str:
    """Return an executed notebook as one HTML page: no script, nothing from elsewhere."""
    return _environment().get_template("notebook.html").render(_page(node))


@cache
def _environment() -> Environment:
    environment = page_environment(Path(__file__).parent / "html")
    environment.globals["views_css"] = Markup(bundle(WIDGETS / "views.css"))
    return environment


def clean_html(html: str) -> str:
    """Return HTML with nothing in it that runs, loads or submits."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        generic_attribute_prefixes={"data-"},
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
    )


def markdown(text: str) -> str:
    """Return an author's Markdown as clean HTML; markup in it is text."""
    return clean_html(rendering.markdown(text))


def _attribute(_: str, name: str, value: str) -> str | None:
    """Keep pictures that are in the page, and links that lead out of it by a click."""
    scheme = value.strip().lower()
    if name == "src":
        return value if scheme.startswith(("data:image/png", "data:image/jpeg", "data:image/svg+xml")) else None
    if name == "href":
        return value if scheme.startswith(("http:", "https:", "mailto:", "#")) else None
    return value


def _readable(output: Any, *, live: bool) -> Any:
    """Return an output without what is not for reading; None where nothing is left."""
    if output.output_type == "stream":
        return output
    if output.output_type == "error":
        short = output.evalue[:_LONGEST_REASON]
        return _node(output_type="error", ename=output.ename, evalue=short, traceback=[_reason(output)])
    data = {kind: _text(value) for kind, value in output.get("data", {}).items()}
    if live and "text/markdown" in data:
        data["text/plain"] = data["text/markdown"]
    data = {kind: value for kind, value in data.items() if kind in KEPT or (kind == "text/markdown" and not live)}
    if "text/html" in data:
        data["text/html"] = clean_html(data["text/html"])
    return _display(data) if data else None


def _merged(outputs: Sequence[Any]) -> list[Any]:
    """Return outputs with all that was printed as one, no longer than somebody reads.

    What went to stderr is left out: warnings, with paths, for whoever runs the server.
    """
    printed = "".join(
        _text(output.text) for output in outputs if output.output_type == "stream" and output.name == "stdout"
    )
    others = [output for output in outputs if output.output_type != "stream"]
    if not printed:
        return others
    shown = printed if len(printed) <= MAX_PRINTED else printed[:MAX_PRINTED] + "\n…"
    return [_node(output_type="stream", name="stdout", text=shown), *others]


def _note(fault: Fault, locale: str) -> Any:
    line = sentence(fault, locale)
    return _display({"text/html": str(Markup('<p class="fault">{}</p>').format(line)), "text/plain": line})


def _display(data: Mapping[str, str]) -> Any:
    return _node(output_type="display_data", metadata=_node(), data=_node(data))


def _drawn(piece: PromptPiece | ViewPiece, contents: Contents, given: VisibleAnswers) -> Any:
    """Return the output of a prompt or a view that did not run."""
    locale = contents.locale
    if isinstance(piece, ViewPiece):
        if piece.name not in VIEWS:
            return _display({"text/plain": ""})
        drawn = render_view(piece.name, given.items(contents, piece.of), locale, piece.options)
        return _display({"text/html": clean_html(drawn.html), "text/plain": drawn.text})
    answer = given.answers.get(piece.prompt.id, {})
    value = answer.get("value")
    html = prompt_html(
        piece.prompt,
        value=value,
        saved_at=answer.get("when", ""),
        audience=answer.get("audience"),
        locale=locale,
        frozen=True,
        recaps=given.items(contents, piece.prompt.recap),
        shared=bool(answer),
    )
    plain = f"{piece.prompt.question}\n\n{value_text(piece.prompt, locale, value=value)}"
    return _display({"text/html": clean_html(html), "text/plain": plain})


def _html(output: Any) -> str:
    """Return one output as clean HTML, the best of what it holds."""
    if output.output_type == "stream":
        return str(Markup("<pre>{}</pre>").format(output.text))
    if output.output_type == "error":
        return str(Markup('<p class="fault">{}</p>').format(_reason(output)))
    data = output.get("data", {})
    alt = _text(data.get("text/plain", ""))
    for kind in KEPT:
        if kind not in data:
            continue
        value = _text(data[kind])
        match kind:
            case "text/html":
                return clean_html(value)
            case "text/plain":
                return str(Markup("<pre>{}</pre>").format(value))
            case "image/svg+xml":
                value = base64.b64encode(value.encode()).decode()
        source = f"data:{kind};base64,{''.join(value.split())}"
        return clean_html(str(Markup('<p><img alt="{}" src="{}"></p>').format(alt, source)))
    return ""


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value)


def _reason(output: Any) -> str:
    return f"{output.ename}: {output.evalue}"[:_LONGEST_REASON]


def _page(node: Any) -> dict[str, Any]:
    """Return what the page says around the sections, in the notebook's language."""
    about: Mapping[str, Any] = node.metadata.get("actionlearn", {})
    reading: Mapping[str, Any] = about.get("reading", {})
    locale = str(about.get("locale", "en"))
    by = str(reading.get("author", ""))
    if by and reading.get("shared_at"):
        when = _when(reading["shared_at"], reading.get("time_zone", "UTC"), locale)
        owner = reading.get("reader") == OWNER
        line = "{author}, as it stood on {when}" if owner else "Shared by {author}, {when}"
        by = say(line, locale, author=by, when=when)
    return {
        "locale": locale,
        "title": str(node.metadata.get("title", "")) or notebook.read(node).title,
        "by": by,
        "wants": paragraphs(str(reading.get("wants", ""))),
        "wants_label": say("What to look at", locale),
        "faults": [sentence(Fault(each["code"], dict(each["values"])), locale) for each in reading.get("faults", [])],
        "receipt": reading.get("receipt", ""),
        "receipt_note": say(
            "Its author erased a passage on {day}: the receipt no longer verifies.", locale, day=day(erased, locale)
        )
        if (erased := reading.get("erased_at", ""))
        else "",
        "receipt_label": say("Receipt {number}:", locale, number=reading.get("number", "")),
        "sections": sections(node),
    }


def _when(instant: str, time_zone: str, locale: str) -> str:
    return day_and_time(datetime.fromisoformat(instant).astimezone(zone(time_zone)), locale)
