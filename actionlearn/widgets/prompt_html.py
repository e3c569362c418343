"""A prompt as HTML: the one function behind our page, the widget and the executed notebook.

Editing, it is real form controls that one can type into before any script has run; ``prompt.js``
saves from them and never draws them anew. Frozen, it is the question and the answer for reading.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from actionlearn.answers.conditions import Condition
from actionlearn.answers.prompts import NOT_YET, Item, Prompt, Reference, Value, is_empty
from actionlearn.answers.rendering import item_for, recap_html, value_html, value_text
from actionlearn.i18n import say
from actionlearn.i18n.dates import day
from actionlearn.text.markup import Markup
from actionlearn.widgets.controls import CONTROLS, control_html
from actionlearn.widgets.ui_text import OWN, ReaderOption, readers, ui_words

__all__ = ["item_for", "prompt_html", "readers", "recap_html", "ui_words", "value_text"]


def prompt_html(
    prompt: Prompt,
    *,
    value: Value = None,
    saved_at: str = "",
    version: int = 0,
    audience: Sequence[str] | None = None,
    locale: str = "en",
    frozen: bool = False,
    recaps: Sequence[Item] = (),
    comments_html: str = "",
    chooser: bool = True,
    shared: bool = True,
    opens: str = "",
    offered: Item | None = None,
    whose: ReaderOption = OWN,
) -> str:
    """Return a prompt as HTML.

    Parameters
    ----------
    prompt
        What is asked, with its parameters filled in.
    value
        The answer as stored.
    saved_at, version
        When the store had it, and as which version; empty and 0 where nothing was saved.
    audience, whose
        Who may read it once shared, the prompt's own where None; whose the workbook is, for how they are called.
    locale
        The reader's language.
    frozen
        Make it for reading: no controls, no script, no style.
    recaps
        Earlier answers shown above the question.
    comments_html
        HTML of the comments on it, made and escaped by the caller.
    chooser
        Show who may read it. Where nobody else ever does, it would only be noise.
    shared
        Frozen only: whether the answer is among what the reader may see.
    opens
        Attributes that open and close it by another answer, as `parts.opening` makes them.
    offered
        An earlier answer that stands in the control while nothing was said here; "Keep" makes it this one.

    Returns
    -------
    str
        One ``<section>``; all that people typed is escaped in it.
    """
    offered = None if frozen else _standing_in(offered, value)
    above = _recaps(() if frozen else prompt.recap, recaps, locale)
    if frozen or prompt.by == "coach":
        body = _frozen(prompt, value, saved_at, locale, frozen=frozen, shared=shared)
    else:
        who = _chooser(audience or prompt.audience, locale, whose) if chooser else Markup("")
        body = _editing(prompt, value, saved_at, locale, who, offered)
    inside = above + body + _made(comments_html)
    return str(_section(prompt, version, inside, _made(opens), frozen, offered.reference if offered else ""))


def _standing_in(offered: Item | None, value: Value) -> Item | None:
    """Return what is offered, where it is something and nothing was said here."""
    nothing = offered is None or is_empty(offered.value) or offered.value == NOT_YET
    return None if nothing or not is_empty(value) else offered


def _recaps(wanted: Sequence[str], items: Sequence[Item], locale: str) -> Markup:
    """Return the earlier answers above a question. Empty too where some are wanted: they may come while it is open."""
    of = dict.fromkeys([*wanted, *(item.reference for item in items)])
    inside = Markup("").join(_recap(each, [item for item in items if item.reference == each], locale) for each in of)
    return Markup('<div class="al-recaps" data-of="{}">{}</div>').format(" ".join(of), inside) if of else Markup("")


def _recap(reference: str, items: Sequence[Item], locale: str) -> Markup:
    """Return what a reference leads to; of all of a kind the last one before this, with those before that folded."""
    if not Reference.parse(reference).every:
        return _made("".join(recap_html(item, locale) for item in items))
    answered = [item for item in items if not (item.ahead or is_empty(item.value) or item.value == NOT_YET)]
    answered.sort(key=lambda item: item.before)  # what this one goes on from, else the last one
    last = _made("".join(recap_html(item, locale) for item in answered[-1:]))
    if len(answered) < 2:
        return last
    older = _made("".join(recap_html(item, locale) for item in reversed(answered[:-1])))
    label = say("And before that", locale)
    return last + Markup('<details class="al-earlier"><summary>{}</summary>{}</details>').format(label, older)


def _section(prompt: Prompt, version: int, inside: Markup, opens: Markup, frozen: bool, offered: str) -> Markup:
    html = Markup(
        '<section id="p-{id}" class="al-prompt{frozen}" data-prompt="{id}" data-kind="{kind}" data-version="{version}"'
        "{named}{opens}>{inside}</section>"
    )
    # While it is written in, the control has the question's name, and hearing it twice helps nobody.
    named = Markup(' aria-labelledby="p-{}-q"').format(prompt.id) if frozen else Markup("")
    if offered:
        named += Markup(' data-default-from="{}"').format(offered)
    mark = " al-frozen" if frozen else ""
    values = {"id": prompt.id, "kind": prompt.kind, "version": version, "frozen": mark}
    return html.format(**values, named=named, opens=opens, inside=inside)


def _made(html: str) -> Markup:
    """Mark HTML that was made and escaped by our own functions."""
    return Markup(html)


def _frozen(prompt: Prompt, value: Value, saved_at: str, locale: str, *, frozen: bool, shared: bool) -> Markup:
    question = Markup('<p class="al-question" id="p-{}-q"><strong>{}</strong></p>').format(
        prompt.id, _broken(prompt.question)
    )
    if not frozen:
        return question + Markup('<p class="al-none"><em>{}</em></p>').format(say("Your coach answers this.", locale))
    if not shared:
        return question + Markup('<p class="al-none"><em>{}</em></p>').format(say("Nothing shared here.", locale))
    when = Markup('<p class="al-when"><small>{}</small></p>').format(day(saved_at, locale)) if saved_at else ""
    return question + value_html(item_for(prompt, value, locale=locale), locale) + when


def _broken(text: str) -> Markup:
    return Markup("<br>").join(text.strip().split("\n"))


def _editing(
    prompt: Prompt,
    value: Value,
    saved_at: str,
    locale: str,
    chooser: Markup,
    offered: Item | None,
) -> Markup:
    described = " ".join(
        [f"p-{prompt.id}-{part}" for part, there in (("req", prompt.required), ("hint", prompt.hint)) if there]
        + [f"p-{prompt.id}-state"]
    )
    control = control_html(prompt, offered.value if offered else value, locale, described)
    if offered:
        control += _offer(offered, locale)
    required = (
        Markup('<p class="al-required" id="p-{}-req">{}</p>').format(prompt.id, say("Asked for when you share", locale))
        if prompt.required
        else ""
    )
    hint = (
        Markup('<details class="al-hint"><summary>{}</summary><p id="p-{}-hint">{}</p></details>').format(
            say("A hint", locale), prompt.id, _broken(prompt.hint)
        )
        if prompt.hint
        else ""
    )
    html = Markup("{locked}{field}{foot}{asking}{chooser}").format(
        locked=_locked(prompt, saved_at, locale) if prompt.locked_when else "",
        field=_field(prompt, control, required, hint, described),
        foot=_foot(prompt, value, saved_at, locale),
        asking=_asking(locale) if prompt.for_set else "",
        chooser=chooser,
    )
    return _folded(prompt, value, html) if prompt.folded else html


def _folded(prompt: Prompt, value: Value, inside: Markup) -> Markup:
    """Return a question that is opened by whoever wants it; what was said is never hidden."""
    html = Markup('<details class="al-fold"{}><summary>{}</summary>{}</details>')
    return html.format("" if is_empty(value) else Markup(" open"), _broken(prompt.question), inside)


def _offer(item: Item, locale: str) -> Markup:
    """Return where the words in the control are from, and how to take them as this answer."""
    values = {"workbook": item.workbook or item.reference, "day": day(item.when, locale)}
    source = (
        say("From “{workbook}”, {day}", locale, **values) if item.when else say("From “{workbook}”", locale, **values)
    )
    return Markup(
        '<p class="al-offer"><span>{}</span> <button type="button" class="al-button" data-act="keep">{}</button></p>'
    ).format(source, say("Keep", locale))


def _field(prompt: Prompt, control: Markup, required: str, hint: str, described: str) -> Markup:
    question = _broken(prompt.question)
    if CONTROLS[prompt.kind].grouped:
        html = Markup(
            '<fieldset class="al-field" id="p-{id}-c" aria-describedby="{described}">'
            '<legend class="al-question" id="p-{id}-q">{question}</legend>{required}{hint}{control}</fieldset>'
        )
    else:
        html = Markup(
            '<div class="al-field"><label class="al-question" id="p-{id}-q" for="p-{id}-c">{question}</label>'
            "{required}{hint}{control}</div>"
        )
    return html.format(
        id=prompt.id, described=described, question=question, required=required, hint=hint, control=control
    )


def _foot(prompt: Prompt, value: Value, saved_at: str, locale: str) -> Markup:
    html = Markup(
        '<div class="al-foot"><button type="button" class="al-button al-not-yet" data-act="not-yet"'
        ' aria-pressed="{pressed}"{hidden}>{not_yet}</button>'
        '<p class="al-state" id="p-{id}-state" translate="no" data-state="unconnected" data-saved-at="{saved_at}">{state}</p></div>'
    )
    not_yet = value == NOT_YET
    return html.format(
        pressed="true" if not_yet else "false",
        hidden="" if not_yet or is_empty(value) else Markup(" hidden"),
        not_yet=say("Not yet", locale),
        id=prompt.id,
        saved_at=saved_at,
        # What is saved, and when, the script says once it runs; without it nothing that is typed here is.
        state=say("Not connected yet: nothing you type here is saved.", locale),
    )


def _locked(prompt: Prompt, saved_at: str, locale: str) -> Markup:
    """Return what stands above an answer that another has closed; the page's script opens it, and closes the control."""
    since = say("Said on {day}", locale, day=day(saved_at, locale)) + ". " if saved_at else ""
    text = since + say("It has been put to the test since, and stays as it was.", locale)
    more = (
        Markup(' <a class="al-quiet" href="#p-{}-c">{}</a>').format(prompt.later, say("Add a later thought", locale))
        if prompt.later
        else ""
    )
    when = json.dumps(Condition.parse(prompt.locked_when).as_json, ensure_ascii=False)
    return Markup('<p class="al-locked" data-when="{}" hidden>{}{}</p>').format(when, text, more)


def _asking(locale: str) -> Markup:
    """Return the place for a word on how one asks. Our page shows it; elsewhere nobody is there to say it."""
    html = Markup(
        '<div class="al-asking" data-al-asking hidden><button type="button" class="al-quiet" aria-pressed="false">'
        '{}</button><p class="al-remark" role="status"></p></div>'
    )
    return html.format(say("A word on how I ask", locale))


def _chooser(audience: Sequence[str], locale: str, whose: ReaderOption) -> Markup:
    """Return who may read an answer; the boxes to change it are made by the script once somebody opens it."""
    return Markup(
        '<details class="al-audience" data-audience="{}"><summary data-readers>{}</summary></details>'
    ).format(
        " ".join(dict.fromkeys(["me", *audience])),
        say("Read by: {readers}", locale, readers=readers(audience, locale, whose)),
    )
