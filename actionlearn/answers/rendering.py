"""Answers as they are read: semantic HTML without script, style or controls, and plain text.

Everything somebody typed enters as escaped text. The HTML survives JupyterLab's cleaning of
untrusted notebooks, since there is nothing in it to clean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel.numbers import get_decimal_symbol
from markdown_it import MarkdownIt

from actionlearn.answers.attachments import as_text
from actionlearn.answers.prompts import NOT_YET, Item, Past, Prompt, Value, is_empty
from actionlearn.i18n import format_date, format_locale, format_short_date, say
from actionlearn.text.markup import Markup

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def item_for(
    prompt: Prompt,
    value: Value = None,
    *,
    reference: str = "",
    workbook: str = "",
    when: str = "",
    locale: str = "en",
    revisions: tuple[Past, ...] = (),
) -> Item:
    """Return an answer with the words of its prompt, ready for reading.

    Parameters
    ----------
    prompt
        The prompt that was answered.
    value
        As stored.
    reference, workbook, when, revisions
        As in `Item`; the reference is the prompt's id where none is given.
    locale
        Language of the few words the kit adds, such as the ends of a scale.
    """
    labels = {column.id: column.label for column in prompt.columns}
    options = [*prompt.options, *(option for column in prompt.columns for option in column.options)]
    labels |= {option.id: option.label for option in options}
    if prompt.kind == "scale":
        ends = {str(prompt.low): prompt.low_label, str(prompt.high): prompt.high_label}
        labels |= {
            str(step): say("{step} of {high}", locale, step=step, high=prompt.high)
            + (f" ({ends[str(step)]})" if ends.get(str(step)) else "")
            for step in range(prompt.low, prompt.high + 1)
        }
    kinds = {column.id: column.kind for column in prompt.columns}
    ids = {column.id: tuple(option.id for option in column.options) for column in prompt.columns if column.options}
    if prompt.options:
        ids[""] = tuple(option.id for option in prompt.options)
    said = (prompt.question, prompt.kind, labels, revisions, kinds, ids)
    return Item(reference or prompt.id, value, workbook, when, *said)


def day(when: str, locale: str = "en") -> str:
    """Return the day of a date or an instant as people write it: ``5 October 2026``; other text as it is."""
    moment = _moment(when)
    return format_date("d MMMM y", moment, locale) if moment else when


def short_day(when: str, locale: str = "en") -> str:
    """Return a day as short as its language writes it, for the narrow columns of a table: ``5 Oct 2026``."""
    moment = _moment(when)
    return format_short_date(moment, locale) if moment else when


def _moment(when: str) -> date | None:
    try:
        return date.fromisoformat(when[:10])
    except ValueError:
        return None


def value_html(item: Item, locale: str = "en") -> Markup:
    """Return the words of one answer: paragraphs, a list or a table.

    Parameters
    ----------
    item
        The answer, with the labels of its options and columns.
    locale
        Language of dates and of the words for nothing and for not yet.
    """
    value = item.value
    if value == NOT_YET:
        return Markup('<p class="al-none"><em>{}</em></p>').format(say("Not yet", locale))
    if is_empty(value):
        return Markup('<p class="al-none"><em>{}</em></p>').format(say("Nothing written yet.", locale))
    if item.kind == "table" and isinstance(value, list):
        return _table(value, item, locale)
    if item.kind == "file" and isinstance(value, list):
        rows = Markup("").join(Markup("<li>{}</li>").format(_attached(each)) for each in value)
        return Markup('<ul class="al-answer">{}</ul>').format(rows)
    if item.kind == "choices" and isinstance(value, list):
        rows = Markup("").join(Markup("<li>{}</li>").format(item.labels.get(str(each), each)) for each in value)
        return Markup('<ul class="al-answer" dir="auto">{}</ul>').format(rows)
    return Markup('<blockquote class="al-answer" dir="auto">{}</blockquote>').format(
        paragraphs(value_text(item, locale))
    )


def markdown(text: str) -> Markup:
    """Return an author's Markdown as HTML; markup in it is text."""
    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


def _attached(entry: Mapping[str, Any]) -> Markup:
    """Return an attached thing: a link to elsewhere, which is always http or https, or what a file is called."""
    if "link" in entry:
        html = Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>')
        return html.format(entry["link"], entry.get("name") or entry["link"])
    return Markup("{}").format(as_text(dict(entry)))


def paragraphs(text: str) -> Markup:
    """Return text as paragraphs: an empty line parts them, other line ends are kept."""
    parts = [part for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")) if part.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(_lines(part.strip("\n"))) for part in parts)


def _lines(text: str) -> Markup:
    return Markup("<br>").join(text.split("\n"))


def _columns(rows: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> list[str]:
    """Return the columns that hold something, in the order of the prompt."""
    used = {id for row in rows for id in row["cells"]}
    return [id for id in labels if id in used] + sorted(used - set(labels))


def _cell(value: Value, kind: str, labels: Mapping[str, str], locale: str) -> str:
    if value is None:
        return ""
    if kind == "number":
        return number(str(value), locale)
    text = labels.get(str(value), str(value))
    return day(text, locale) if _DAY.fullmatch(text) else text


def _td(value: Value, kind: str, labels: Mapping[str, str], locale: str) -> Markup:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return Markup('<td class="al-day">{}</td>').format(short_day(value, locale))
    return Markup('<td dir="auto">{}</td>').format(_lines(_cell(value, kind, labels, locale)))


def _table(rows: Sequence[Mapping[str, Any]], item: Item, locale: str) -> Markup:
    labels, columns = item.labels, _columns(rows, item.labels)
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(labels.get(id, id)) for id in columns)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(_td(row["cells"].get(id), item.kinds.get(id, ""), labels, locale) for id in columns)
        )
        for row in rows
    )
    table = Markup('<table class="al-answer"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>')
    return table.format(head, body)


def number(value: str, locale: str) -> str:
    """Return a stored number as it is written in a language: digit for digit, with its own decimal mark."""
    return value.replace(".", decimal_mark(locale))


def decimal_mark(locale: str) -> str:
    """Return how a language parts the whole from the fraction."""
    return get_decimal_symbol(format_locale(locale))


def value_text(thing: Item | Prompt, locale: str = "en", *, value: Value = None) -> str:
    """Return one answer as plain text; empty where nothing was said.

    Parameters
    ----------
    thing
        The answer, or its prompt with the value beside it.
    locale
        Language of dates and of the word for not yet.
    value
        The stored value, where a prompt was given.
    """
    item = item_for(thing, value, locale=locale) if isinstance(thing, Prompt) else thing
    if item.value == NOT_YET:
        return say("Not yet", locale)
    if is_empty(item.value):
        return ""
    if item.kind == "table" and isinstance(item.value, list):
        columns = _columns(item.value, item.labels)
        lines = (
            ", ".join(
                f"{item.labels.get(id, id)}: {_cell(row['cells'][id], item.kinds.get(id, ''), item.labels, locale)}"
                for id in columns
                if id in row["cells"]
            )
            for row in item.value
        )
        return "\n".join(lines)
    if item.kind == "file" and isinstance(item.value, list):
        return "\n".join(map(as_text, item.value))
    if isinstance(item.value, list):
        return ", ".join(item.labels.get(str(each), str(each)) for each in item.value)
    if item.kind == "date":
        return day(str(item.value), locale)
    if item.kind == "number":
        return number(str(item.value), locale)
    if item.kind in ("choice", "scale"):
        return item.labels.get(str(item.value), str(item.value))
    return str(item.value)


def recap_html(item: Item, locale: str = "en") -> str:
    """Return an answer as it is read in a recap: ``You said, in “Scope 1”, 5 October 2026:`` and the words.

    Parameters
    ----------
    item
        The answer. Without a value, a gentle line says where its words will stand.
    locale
        The reader's language.
    """
    if is_empty(item.value):
        return str(Markup('<div class="al-recap al-none"><p>{}</p></div>').format(_unsaid(item, locale)))
    said = _said(item, locale)
    about = Markup('<p class="al-recap-about">{}</p>').format(_lines(item.question)) if item.question else ""
    recap = Markup('<div class="al-recap"><p class="al-recap-said">{}</p>{}{}</div>')
    return str(recap.format(said, about, value_html(item, locale)))


def _unsaid(item: Item, locale: str) -> str:
    if item.by and item.question:
        return say("{name} has shared no answer to “{question}”.", locale, name=item.by, question=item.question)
    if item.by:
        return say("{name} has not shared what would stand here.", locale, name=item.by)
    if item.question:
        return say("When you have answered “{question}”, your words stand here.", locale, question=item.question)
    return say("Your words will stand here once you have written them.", locale)


def _said(item: Item, locale: str) -> str:
    """Return who said it, where and when: to its author *you*, to everybody else their name."""
    when = day(item.when, locale)
    match bool(item.by), bool(item.workbook), bool(item.when):
        case True, True, True:
            return say("{name} said, in “{workbook}”, {day}:", locale, name=item.by, workbook=item.workbook, day=when)
        case True, True, False:
            return say("{name} said, in “{workbook}”:", locale, name=item.by, workbook=item.workbook)
        case True, False, True:
            return say("{name} said, {day}:", locale, name=item.by, day=when)
        case True, False, False:
            return say("{name} said:", locale, name=item.by)
        case False, True, True:
            return say("You said, in “{workbook}”, {day}:", locale, workbook=item.workbook, day=when)
        case False, True, False:
            return say("You said, in “{workbook}”:", locale, workbook=item.workbook)
        case False, False, True:
            return say("You said, {day}:", locale, day=when)
        case _:
            return say("You said:", locale)
