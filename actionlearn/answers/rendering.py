"""Answers as they are read: semantic HTML without script, style or controls, and plain text.

Everything somebody typed enters as escaped text. The HTML survives JupyterLab's cleaning of
untrusted notebooks, since there is nothing in it to clean.
"""

from __future__ import annotations

from markdown_it import MarkdownIt

from actionlearn.answers.kinds import KINDS
from actionlearn.answers.kinds.kind import plain_text
from actionlearn.answers.prompts import NOT_YET, Item, Past, Prompt, Value, is_empty
from actionlearn.i18n import say
from actionlearn.i18n.dates import day
from actionlearn.text.markup import Markup
from actionlearn.text.paragraphs import lines, paragraphs


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
    labels |= KINDS[prompt.kind].labels(prompt, locale)
    kinds = {column.id: column.kind for column in prompt.columns}
    ids = {column.id: tuple(option.id for option in column.options) for column in prompt.columns if column.options}
    if prompt.options:
        ids[""] = tuple(option.id for option in prompt.options)
    details = (prompt.question, prompt.kind, labels, revisions, kinds, ids)
    return Item(reference or prompt.id, value, workbook, when, *details)


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
    kind = KINDS[item.kind]
    if kind.html and isinstance(value, list) == kind.several:
        return kind.html(item, locale)
    return Markup('<blockquote class="al-answer" dir="auto">{}</blockquote>').format(
        paragraphs(value_text(item, locale))
    )


def markdown(text: str) -> Markup:
    """Return an author's Markdown as HTML; markup in it is text."""
    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


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
    kind = KINDS[item.kind]
    # A value of another shape is of a kind that the prompt once had.
    write = kind.text if isinstance(item.value, list) == kind.several else plain_text
    return write(item, locale)


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
    html = _answer_html(item, locale)
    about = Markup('<p class="al-recap-about">{}</p>').format(lines(item.question)) if item.question else ""
    recap = Markup('<div class="al-recap"><p class="al-recap-said">{}</p>{}{}</div>')
    return str(recap.format(html, about, value_html(item, locale)))


def _unsaid(item: Item, locale: str) -> str:
    if item.by and item.question:
        return say("{name} has shared no answer to “{question}”.", locale, name=item.by, question=item.question)
    if item.by:
        return say("{name} has not shared what would stand here.", locale, name=item.by)
    if item.question:
        return say("When you have answered “{question}”, your words stand here.", locale, question=item.question)
    return say("Your words will stand here once you have written them.", locale)


def _answer_html(item: Item, locale: str) -> str:
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
