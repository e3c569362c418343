"""The form control of each kind of prompt, with the value in it.

Plain HTML that works before any script has run. ``autocomplete="off"`` also keeps browsers from
putting yesterday's words back over what the server sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actionlearn.answers.attachments import CONVERTED_ENDINGS, ENDINGS, as_text
from actionlearn.answers.prompts import NOT_YET, Column, Option, Prompt, Value
from actionlearn.i18n import say
from actionlearn.i18n.numbers import decimal_mark, format_number
from actionlearn.text.markup import Markup


@dataclass(frozen=True)
class Control:
    """The control of a kind: its HTML, and whether it is several, so that the question is the legend of a fieldset."""

    html: Callable[[Prompt, Value, str, str], Markup]
    grouped: bool = False


def control_html(prompt: Prompt, value: Value, locale: str, described: str) -> Markup:
    """Return the control of a prompt.

    Parameters
    ----------
    prompt
        What is asked.
    value
        As stored; None and "not yet" leave the control empty.
    locale
        Language of the controls' own words.
    described
        Ids of the elements that describe the control.
    """
    return CONTROLS[prompt.kind].html(prompt, None if value == NOT_YET else value, locale, described)


def _attributes(prompt: Prompt, described: str) -> Markup:
    return Markup('id="p-{}-c" name="p-{}" autocomplete="off" aria-describedby="{}"').format(
        prompt.id, prompt.id, described
    )


def _short(prompt: Prompt, value: Value, _: str, described: str) -> Markup:
    # A line that grows: on a phone, words in a one-line field are cut.
    return Markup('<textarea class="al-input" rows="1" dir="auto" maxlength="500" data-line {}>\n{}</textarea>').format(
        _attributes(prompt, described), _text(value)
    )


def _long(prompt: Prompt, value: Value, _: str, described: str) -> Markup:
    # The parser drops one newline after the tag: this one, never the learner's.
    text = _text(value)
    rows = min(20, max(4, text.count("\n") + 2, len(text) // 80 + 2))
    return Markup('<textarea class="al-input" dir="auto" rows="{}" {}>\n{}</textarea>').format(
        rows, _attributes(prompt, described), text
    )


def _number(prompt: Prompt, value: Value, locale: str, described: str) -> Markup:
    html = Markup('<input class="al-input al-narrow" type="text" inputmode="decimal" data-decimal="{}" {} value="{}">')
    return html.format(decimal_mark(locale), _attributes(prompt, described), format_number(_text(value), locale))


def _date(prompt: Prompt, value: Value, _: str, described: str) -> Markup:
    return Markup('<input class="al-input al-narrow" type="date" max="9999-12-31" {} value="{}">').format(
        _attributes(prompt, described), _text(value)
    )


def _choice(prompt: Prompt, value: Value, locale: str, _: str) -> Markup:
    rows = [_box("radio", prompt, option, option.id == value) for option in prompt.options]
    return _join(rows) + _clear(value is not None, locale)


def _choices(prompt: Prompt, value: Value, _: str, __: str) -> Markup:
    chosen = value if isinstance(value, list) else []
    return _join([_box("checkbox", prompt, option, option.id in chosen) for option in prompt.options])


def _box(type: str, prompt: Prompt, option: Option, checked: bool) -> Markup:
    html = Markup(
        '<label class="al-option"><input type="{}" name="p-{}" value="{}" autocomplete="off"{}><span>{}</span></label>'
    )
    return html.format(type, prompt.id, option.id, _flag("checked", checked), option.label)


def _clear(shown: bool, locale: str) -> Markup:
    return Markup('<button type="button" class="al-quiet" data-act="clear"{}>{}</button>').format(
        _flag("hidden", not shown), say("Clear", locale)
    )


def _scale(prompt: Prompt, value: Value, locale: str, _: str) -> Markup:
    ends = {prompt.low: prompt.low_label, prompt.high: prompt.high_label}
    html = Markup(
        '<label class="al-step"><input type="radio" name="p-{}" value="{}" autocomplete="off"{}>'
        '<span>{}</span> <span class="al-end">{}</span></label>'
    )
    steps = [
        html.format(prompt.id, step, _flag("checked", step == value), step, ends.get(step, ""))
        for step in range(prompt.low, prompt.high + 1)
    ]
    return Markup('<div class="al-steps">{}</div>{}').format(_join(steps), _clear(value is not None, locale))


def _table(prompt: Prompt, value: Value, locale: str, _: str) -> Markup:
    rows: Sequence[Mapping[str, Any]] = value if isinstance(value, list) and value else [{"row": "", "cells": {}}]
    heads = _join([Markup('<th scope="col">{}</th>').format(column.label) for column in prompt.columns])
    html = Markup(
        '<table class="al-table"><thead><tr><th scope="col"><span class="al-vh">{row}</span></th>{heads}'
        '<th scope="col"><span class="al-vh">{tools}</span></th></tr></thead><tbody>{rows}</tbody></table>'
        "<template>{blank}</template>"
        '<div class="al-row"><button type="button" class="al-button" data-act="add">{add}</button></div>'
    )
    return html.format(
        row=say("Row", locale),
        heads=heads,
        tools=say("Change the row", locale),
        rows=_join([_row(prompt, row, number, len(rows), locale) for number, row in enumerate(rows, 1)]),
        blank=_row(prompt, {"row": "", "cells": {}}, 0, 0, locale),
        add=say("Add a row", locale),
    )


def _row(prompt: Prompt, row: Mapping[str, Any], number: int, of: int, locale: str) -> Markup:
    cells = _join([_cell(column, row["cells"].get(column.id), number, locale) for column in prompt.columns])
    tools = (
        ("up", "↑", say("Move row {n} up", locale), number <= 1),
        ("down", "↓", say("Move row {n} down", locale), number >= of),
        ("remove", "×", say("Remove row {n}", locale), False),
    )
    html = Markup(
        '<button type="button" class="al-tool" data-act="{}"{}><span aria-hidden="true">{}</span>'
        '<span class="al-vh">{}</span></button>'
    )
    buttons = _join(
        [
            html.format(act, Markup(' aria-disabled="true"') if off else "", sign, _numbered(name, number))
            for act, sign, name, off in tools
        ]
    )
    return Markup(
        '<tr data-row="{}"><th scope="row"><span data-n>{}</span></th>{}<td class="al-tools">{}</td></tr>'
    ).format(row["row"], number, cells, buttons)


def _file(prompt: Prompt, value: Value, locale: str, _: str) -> Markup:
    """Return what is attached, and how to attach more. What it takes to send a file is the page's."""
    entries: Sequence[Mapping[str, Any]] = value if isinstance(value, list) else []
    html = Markup(
        '<ul class="al-files"{words}>{rows}</ul><div class="al-row al-attach">'
        '<label class="al-button al-pick" hidden>{pick}<input type="file" class="al-vh" id="p-{id}-file" multiple autocomplete="off"'
        ' accept="{accept}"></label><label class="al-link"><span>{link}</span><input type="url" class="al-input"'
        ' maxlength="2000" autocomplete="off" placeholder="https://"></label><button type="button" class="al-button"'
        ' data-attach="link">{add}</button></div><p class="al-attach-said" role="status"></p>'
    )
    row = Markup('<li data-entry="{}"><span>{}</span></li>')
    texts = {
        "remove": say("Remove", locale),
        "sending": say("Not saved yet: it is being sent.", locale),
        "waiting": say("Not saved yet: it is on this device, and will be sent when the server can be reached.", locale),
        "lost": say("Not saved yet, and this device cannot keep it: leave this page open.", locale),
        "again": say("Send it now", locale),
        "done": say("{name} is attached.", locale),
        "gone": say("{name} is no longer attached.", locale),
        "large": say("{name} is larger than {megabytes} MB. Make it smaller, or add a link to where it is.", locale),
        "nolink": say("A link begins with https:// or http://", locale),
    }
    attributes = Markup("").join(Markup(' data-{}="{}"').format(name, words) for name, words in texts.items())
    return html.format(
        words=attributes,
        rows=_join([row.format(json.dumps(dict(each)), as_text(dict(each))) for each in entries]),
        pick=say("Add a file", locale),
        id=prompt.id,
        accept=",".join([ending for endings in ENDINGS.values() for ending in endings] + list(CONVERTED_ENDINGS)),
        link=say("or a link", locale),
        add=say("Add the link", locale),
    )


def _numbered(words: str, number: int) -> Markup:
    """Return words with the row's number in an element of its own, so that a script can renumber it."""
    before, _, after = words.partition("{n}")
    return Markup("{}<span data-n>{}</span>{}").format(before, number, after)


def _cell(column: Column, value: Value, number: int, locale: str) -> Markup:
    # Seen and heard apart: in one, "What" and ", row 1" are heard with a space between them.
    html = Markup(
        '<td><label class="al-cell"><span class="al-cell-label" aria-hidden="true">{}</span>'
        '<span class="al-vh">{}, {}</span>{}</label></td>'
    )
    row = _numbered(say("row {n}", locale), number)
    return html.format(column.label, column.label.strip() or column.id, row, _cell_control(column, value, locale))


def _cell_control(column: Column, value: Value, locale: str) -> Markup:
    same = Markup('class="al-input" data-column="{}" data-kind="{}" autocomplete="off"').format(column.id, column.kind)
    # A notebook made by hand may name a kind that there is not.
    control = CELL_CONTROLS.get(column.kind, _short_cell)
    return control(column, _text(value), locale, same)


def _short_cell(_: Column, text: str, __: str, same: Markup) -> Markup:
    return Markup('<textarea rows="1" dir="auto" maxlength="500" data-line {}>\n{}</textarea>').format(same, text)


def _long_cell(_: Column, text: str, __: str, same: Markup) -> Markup:
    return Markup('<textarea rows="2" dir="auto" {}>\n{}</textarea>').format(same, text)


def _select_cell(column: Column, text: str, _: str, same: Markup) -> Markup:
    options = column.options or tuple(Option(str(step), str(step)) for step in range(1, 6))
    html = Markup('<option value="{}"{}>{}</option>')
    rows = [html.format(o.id, _flag("selected", o.id == text), o.label) for o in options]
    return Markup('<select {}><option value=""></option>{}</select>').format(same, _join(rows))


def _date_cell(_: Column, text: str, __: str, same: Markup) -> Markup:
    return Markup('<input type="date" max="9999-12-31" {} value="{}">').format(same, text)


def _number_cell(_: Column, text: str, locale: str, same: Markup) -> Markup:
    return Markup('<input type="text" inputmode="decimal" data-decimal="{}" {} value="{}">').format(
        decimal_mark(locale), same, format_number(text, locale)
    )


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def _flag(name: str, on: bool) -> Markup:
    """Return a bare attribute, or nothing. Only ever called with a name of ours."""
    return Markup(" {}").format(name) if on else Markup("")


def _join(parts: Sequence[Markup]) -> Markup:
    return Markup("").join(parts)


#: Kind -> its control.
CONTROLS: dict[str, Control] = {
    "short-text": Control(_short),
    "long-text": Control(_long),
    "choice": Control(_choice, grouped=True),
    "choices": Control(_choices, grouped=True),
    "scale": Control(_scale, grouped=True),
    "number": Control(_number),
    "date": Control(_date),
    "table": Control(_table, grouped=True),
    "file": Control(_file, grouped=True),
}

#: Kind of a column -> the control in each of its cells.
CELL_CONTROLS: dict[str, Callable[[Column, str, str, Markup], Markup]] = {
    "short-text": _short_cell,
    "long-text": _long_cell,
    "choice": _select_cell,
    "scale": _select_cell,
    "number": _number_cell,
    "date": _date_cell,
}
