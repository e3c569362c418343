"""A prompt as HTML: the one function behind our page, the widget and the executed notebook.

Editing, it is real form controls that one can type into before any script has run; ``prompt.js``
saves from them and never draws them anew. Frozen, it is the question and the answer for reading.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from markupsafe import Markup

from actionlearn.conditions import Condition
from actionlearn.prompts import NOT_YET, Item, Prompt, Value, is_empty
from actionlearn.reading import day, item_for, item_html, value_html, value_text
from actionlearn.roles import AUDIENCES
from actionlearn.widgets.controls import GROUPED, control_html
from actionlearn.words import say

__all__ = ["item_for", "item_html", "prompt_html", "readers", "ui_words", "value_text"]

#: Reader -> (in a sentence, beside a check box). Message ids.
READERS: dict[str, tuple[str, str]] = {
    "me": ("me", "Me"),
    "set": ("my set", "My set"),
    "coach": ("my coach", "My coach"),
    "cohort": ("my cohort", "My cohort"),
}

#: What the script says, as message ids.
UI_WORDS: dict[str, str] = {
    "saved": "Saved {time}",
    "saving": "Saving…",
    "waiting": "Waiting for the network. Your words are kept on this device.",
    "waiting_page": "Waiting for the network. Keep this page open.",
    "waiting_kernel": "Waiting for the kernel. Keep this page open.",
    "device": "Kept on this device",
    "refused": "Not saved",
    "two": "Two versions",
    "two_said": "This was changed in another place while you wrote here. Nothing is lost. Which words should stand?",
    "mine": "Mine",
    "theirs": "Theirs",
    "mine_where": "written here",
    "theirs_where": "saved {time} in another place",
    "nothing": "Nothing",
    "keep_mine": "Keep mine",
    "take_theirs": "Take theirs",
    "edit_both": "Edit both together",
    "both_said": "Both are in the answer above now. Make them one there; what each said stays here until you are done.",
    "done": "Done",
    "elsewhere": "This answer was changed in another place just now.",
    "again": "Everything is saved again.",
    "no_device": "This browser cannot keep words on this device. Stay on the page until it says saved.",
    "clock": "The clock of this device is wrong. The times shown here are right.",
    "signin": "Sign in again to save. Your words are kept on this device.",
    "read_by": "Read by: {readers}",
    "pasted": "{number} rows were put into the table.",
    "no_text": "This is no text file, whatever its name says. In your spreadsheet, save it as CSV.",
    "too_large": "This file is too large for a table.",
    "not_saved_audience": "Who may read this could not be saved. Try again.",
}


def ui_words(locale: str) -> dict[str, str]:
    """Return what the script says, in the reader's language: for ``data-al-words`` and the widget."""
    return {key: say(message, locale) for key, message in UI_WORDS.items()}


def readers(audience: Sequence[str], locale: str = "en") -> str:
    """Return who may read an answer, as in a sentence: ``me, my set, my coach``."""
    return ", ".join(say(READERS[each][0], locale) for each in AUDIENCES if each in audience)


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
    audience
        Who may read it once shared; the prompt's own where None.
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

    Returns
    -------
    str
        One ``<section>``; all that people typed is escaped in it.
    """
    recap = Markup("").join(_made(item_html(item, locale)) for item in recaps)
    of = " ".join(dict.fromkeys(item.reference for item in recaps))
    above = Markup('<div class="al-recaps" data-of="{}">{}</div>').format(of, recap) if recaps else Markup("")
    if frozen or prompt.by == "coach":
        body = _frozen(prompt, value, saved_at, locale, frozen=frozen, shared=shared)
    else:
        body = _editing(prompt, value, saved_at, locale, prompt.audience if audience is None else audience, chooser)
    return str(_section(prompt, version, above + body + _made(comments_html), _made(opens), frozen=frozen))


def _section(prompt: Prompt, version: int, inside: Markup, opens: Markup, *, frozen: bool) -> Markup:
    html = Markup(
        '<section id="p-{id}" class="al-prompt{frozen}" data-prompt="{id}" data-kind="{kind}" data-version="{version}"'
        "{named}{opens}>{inside}</section>"
    )
    # While it is written in, the control has the question's name, and hearing it twice helps nobody.
    named = Markup(' aria-labelledby="p-{}-q"').format(prompt.id) if frozen else ""
    mark = " al-frozen" if frozen else ""
    values = {"id": prompt.id, "kind": prompt.kind, "version": version, "frozen": mark}
    return html.format(**values, named=named, opens=opens, inside=inside)


def _made(html: str) -> Markup:
    """Mark HTML that was made and escaped by our own functions."""
    return Markup(html)  # noqa: S704 - never given anything a person typed


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
    prompt: Prompt, value: Value, saved_at: str, locale: str, audience: Sequence[str], chooser: bool
) -> Markup:
    described = " ".join(
        [f"p-{prompt.id}-{part}" for part, there in (("req", prompt.required), ("hint", prompt.hint)) if there]
        + [f"p-{prompt.id}-state"]
    )
    control = control_html(prompt, value, locale, described)
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
    return Markup("{locked}{field}{foot}{asking}{chooser}").format(
        locked=_locked(prompt, saved_at, locale) if prompt.locked_when else "",
        field=_field(prompt, control, required, hint, described),
        foot=_foot(prompt, value, saved_at, locale),
        asking=_asking(locale) if prompt.for_set else "",
        chooser=_chooser(prompt, audience, locale) if chooser else "",
    )


def _field(prompt: Prompt, control: Markup, required: str, hint: str, described: str) -> Markup:
    question = _broken(prompt.question)
    if prompt.kind in GROUPED:
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
        '<p class="al-state" id="p-{id}-state" data-state="saved" data-saved-at="{saved_at}">{state}</p></div>'
    )
    not_yet = value == NOT_YET
    return html.format(
        pressed="true" if not_yet else "false",
        hidden="" if not_yet or is_empty(value) else Markup(" hidden"),
        not_yet=say("Not yet", locale),
        id=prompt.id,
        saved_at=saved_at,
        state=say("Saved {time}", locale, time=day(saved_at, locale)) if saved_at else "",
    )


def _locked(prompt: Prompt, saved_at: str, locale: str) -> Markup:
    """Return what stands above an answer that another has closed; the page's script opens it, and closes the control."""
    said = say("Said on {day}", locale, day=day(saved_at, locale)) + ". " if saved_at else ""
    told = said + say("It has been put to the test since, and stays as it was.", locale)
    more = (
        Markup(' <a class="al-quiet" href="#p-{}-c">{}</a>').format(prompt.later, say("Add a later thought", locale))
        if prompt.later
        else ""
    )
    when = json.dumps(Condition.parse(prompt.locked_when).told, ensure_ascii=False)
    return Markup('<p class="al-locked" data-when="{}" hidden>{}{}</p>').format(when, told, more)


def _asking(locale: str) -> Markup:
    """Return the place for a word on how one asks. Our page shows it; elsewhere nobody is there to say it."""
    html = Markup(
        '<div class="al-asking" data-al-asking hidden><button type="button" class="al-quiet" aria-pressed="false">'
        '{}</button><p class="al-remark" role="status"></p></div>'
    )
    return html.format(say("A word on how I ask", locale))


def _chooser(prompt: Prompt, audience: Sequence[str], locale: str) -> Markup:
    html = Markup(
        '<label class="al-option"><input type="checkbox" name="p-{id}-audience" value="{who}" data-says="{short}"'
        ' autocomplete="off"{checked}{fixed}><span>{label}</span></label>'
    )
    boxes = Markup("").join(
        html.format(
            id=prompt.id,
            who=who,
            short=say(READERS[who][0], locale),
            checked=Markup(" checked") if who in audience or who == "me" else "",
            fixed=Markup(" disabled") if who == "me" else "",
            label=say(READERS[who][1], locale),
        )
        for who in AUDIENCES
    )
    return Markup(
        '<details class="al-audience"><summary data-readers>{}</summary><fieldset><legend>{}</legend>{}</fieldset></details>'
    ).format(
        say("Read by: {readers}", locale, readers=readers(audience, locale)),
        say("Who may read this answer once you share it", locale),
        boxes,
    )
