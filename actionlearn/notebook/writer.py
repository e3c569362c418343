"""A template in, a notebook out: the same bytes for the same template and parameters."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from difflib import get_close_matches
from typing import Any

import nbformat
from nbformat import NotebookNode

from actionlearn.answers.conditions import Condition
from actionlearn.answers.prompts import Column, Option, Prompt
from actionlearn.errors import Fault, TemplateError
from actionlearn.notebook.cells import KERNEL
from actionlearn.notebook.contents import CARD_KEPT, KEYWORDS
from actionlearn.template import Card, LiveCell, Prose, Section, ShownCard, Template, View
from actionlearn.template.front_matter import CHOICES
from actionlearn.template.prompts import parameters_in

#: Version of the shape of our notebooks.
FORMAT = 1
OPENING = "from actionlearn.workbook import card, live, open_workbook, prompt, prose, section, view"
_HIDDEN = {"jupyter": {"source_hidden": True}}


def check_parameters(template: Template, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return every parameter of a template with its value: what was given, else the default.

    Raises
    ------
    TemplateError
        With a fault for each value that does not fit and each name the template does not have.
    """
    known = {parameter.name: parameter for parameter in template.parameters}
    values = {name: parameter.default for name, parameter in known.items()}
    faults = []
    for name, raw in (given or {}).items():
        if name in known:
            try:
                values[name] = known[name].check(raw)
            except TemplateError as error:
                faults.append(Fault(error.code, error.values))
        elif match := get_close_matches(name, known, 1):
            faults.append(Fault("template.no_such_parameter_near", {"name": name, "near": match[0]}))
        else:
            faults.append(Fault("template.no_such_parameter", {"name": name, "known": sorted(known)}))
    if faults:
        raise TemplateError("template.parameters", faults=faults, template=template.id)
    return values


def to_notebook(template: Template, parameters: Mapping[str, str] | None = None) -> NotebookNode:
    """Make the notebook of a template.

    Parameters
    ----------
    template
        The template.
    parameters
        Values for its parameters; what is not given keeps its default.

    Raises
    ------
    TemplateError
        A value does not fit, or the template has no parameter of that name.
    """
    values = check_parameters(template, parameters)
    about = {"template": template.id, "version": template.version, "template_hash": template.hash}
    about["locale"] = template.locale
    known = {"actionlearn": {**about, "format": FORMAT}, "kernelspec": KERNEL, "language_info": {"name": "python"}}
    assigned = {"workbook": "", "submission": "", **values}
    opening = {**about, "title": template.title, "stage": template.stage, "minutes": template.minutes}
    opening |= {name: getattr(template, name) for name, known in CHOICES.items() if getattr(template, name) != known[0]}
    call = _call("open_workbook", [], opening, ["workbook", "submission"])
    cells = [
        _code("cell-parameters", "\n".join(f"{name} = {_literal(v)}" for name, v in assigned.items()), ["parameters"]),
        _code("cell-open", f"{OPENING}\n\n{call}"),
        *_cells(template),
    ]
    metadata = {**known, "title": template.title}
    notebook: NotebookNode = nbformat.from_dict(  # type: ignore[no-untyped-call]
        {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    )
    return notebook


def with_card(notebook: NotebookNode, card: Card | None, locale: str) -> NotebookNode:
    """Return a notebook that begins with a card; the same one where there is none."""
    if card is None:
        return notebook
    made = deepcopy(notebook)
    cell = _code(CARD_KEPT, _card(ShownCard(card), locale))
    place = next(number for number, each in enumerate(made.cells) if each.id == "cell-open") + 1
    made.cells.insert(place, nbformat.from_dict(cell))  # type: ignore[no-untyped-call]
    return made


def dumps(notebook: NotebookNode) -> str:
    """Return a notebook as the text of its file; the same notebook gives the same text."""
    text: str = nbformat.writes(notebook, version=4)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


def _cells(template: Template) -> Iterator[dict[str, Any]]:
    names = [parameter.name for parameter in template.parameters]
    counts = dict.fromkeys(("text", "card", "view", "live"), 0)

    def number(room: str) -> str:
        counts[room] += 1
        return f"{room}-{counts[room]}"

    opens = False  # what opens and closes is not Markdown of its own: it is shown, or not, when it is run
    for block in template.blocks:
        if isinstance(block, Prose):
            used = parameters_in(block.text, names)
            if used or opens:
                passed = "".join(f", {name}={name}" for name in used)
                yield _code(number("text"), f"prose({_lines(block.text)}{passed})")
            else:
                yield {"cell_type": "markdown", "id": number("text"), "metadata": {}, "source": block.text}
        elif isinstance(block, Prompt):
            yield _code(block.id, _prompt(block, names))
        elif isinstance(block, Section):
            opens = block.when is not None
            yield _code(f"section-{block.id}", _section(block))
        elif isinstance(block, ShownCard):
            yield _code(number("card"), _card(block, template.locale))
        elif isinstance(block, View):
            roles = "".join(f", {role}={_literal(list(references))}" for role, references in block.roles)
            roles += f", when={_literal(str(block.when))}" if block.when else ""
            yield _code(number("view"), f"view({_literal(block.name)}, of={_literal(list(block.of))}{roles})")
        else:
            yield _live(block, number("live"))


def _section(block: Section) -> str:
    opening = _when(block.when) | ({"opens": str(block.opens)} if block.opens else {})
    if not block.title and not opening:
        return f"section({_literal(block.id)})"
    title = [block.title] if block.title else []
    return _call("section", [block.id, *title], opening, list(block.parameters))


def _card(block: ShownCard, locale: str) -> str:
    card = block.card
    content = {"question": card.question, "source": card.source}
    other = {"locale": card.locale} if card.locale != locale else {}
    return _call("card", [card.id, card.title, card.text], {**content, **other, **_when(block.when)}, [])


def _when(when: Condition | None) -> dict[str, Any]:
    return {"when": str(when)} if when else {}


def _live(block: LiveCell, numbered: str) -> dict[str, Any]:
    # A named one keeps its id when another is put before it.
    return _code(f"live-{block.id}" if block.id else numbered, block.source, ["live"])


def _code(id: str, source: str, tags: list[str] | None = None) -> dict[str, Any]:
    metadata: dict[str, Any] = {"tags": tags} if tags else _HIDDEN
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": id,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }


def _prompt(prompt: Prompt, names: list[str]) -> str:
    plain = Prompt(prompt.id, prompt.question)
    keywords: dict[str, Any] = {"kind": prompt.kind}
    for name in KEYWORDS[1:]:
        value = getattr(prompt, name)
        if value != getattr(plain, name):
            keywords[name] = value
    if prompt.options:
        keywords["options"] = _labels(prompt.options)
    if prompt.columns:
        keywords["columns"] = {column.id: _column(column) for column in prompt.columns}
    texts = [prompt.question, prompt.hint, prompt.low_label, prompt.high_label]
    texts += [option.label for option in prompt.options]
    texts += [label for c in prompt.columns for label in (c.label, *(option.label for option in c.options))]
    return _call("prompt", [prompt.id, prompt.question], keywords, list(parameters_in(" ".join(texts), names)))


def _labels(options: tuple[Option, ...]) -> dict[str, str]:
    return {option.id: option.label for option in options}


def _column(column: Column) -> dict[str, Any]:
    fields: dict[str, Any] = {"label": column.label, "kind": column.kind}
    return {**fields, "options": _labels(column.options)} if column.options else fields


def _call(name: str, texts: list[str], keywords: Mapping[str, Any], passed: list[str]) -> str:
    """Write a call, an argument to a line, so that what changed can be seen line by line."""
    arguments = [_lines(text) if "\n" in text and name == "card" else _literal(text) for text in texts]
    arguments += [f"{keyword}={_literal(value)}" for keyword, value in keywords.items()]
    arguments += [f"{parameter}={parameter}" for parameter in passed]
    return "\n".join([f"{name}(", *(f"    {argument}," for argument in arguments), ")"])


def _literal(value: Any) -> str:
    """Return a value as Python writes it, texts in double quotes."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_literal(key)}: {_literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_literal, value)) + ("," if len(value) == 1 else "") + ")"
    return repr(value)


def _lines(text: str) -> str:
    """Return a text of several lines in triple quotes, as long as Python reads the same text there."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    escaped = escaped[:-1] + '\\"' if escaped.endswith('"') and not escaped.endswith('\\"') else escaped
    written = f'"""{escaped}"""'
    try:
        return written if ast.literal_eval(written) == text else _literal(text)
    except (SyntaxError, ValueError):
        return _literal(text)
