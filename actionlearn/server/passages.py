"""Where the words are that comments quote: in what was shared, and in the answer as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from actionlearn import anchors
from actionlearn.anchors import Quote
from actionlearn.notebook import Contents, ViewPiece
from actionlearn.prompts import Prompt, Value
from actionlearn.reading import item_for, value_html, value_text
from actionlearn.store import Connection, reviews
from actionlearn.store.rows import Comment, Draft

#: Characters shown before and after quoted words.
SHOWN = 32


@dataclass(frozen=True)
class Passage:
    """The words that a comment is about.

    Parameters
    ----------
    quote
        As they were when they were quoted.
    source
        ``answer``, ``question`` or ``view``.
    before, words, after
        As they are now, with a little of what stands around them; empty where they are gone.
    nth
        How many times the same words stand before them: so a page finds them among its own.
    """

    quote: str
    source: str
    before: str = ""
    words: str = ""
    after: str = ""
    nth: int = 0


def texts_of(contents: Contents, prompt: str, value: Value) -> dict[str, str]:
    """Return what there is to quote from at one place of a workbook."""
    if asked := contents.prompts.get(prompt):
        return {"question": asked.question, "answer": _text(asked, contents.locale, value)}
    known = any(isinstance(piece, ViewPiece) and piece.cell_id == prompt for piece in contents.pieces)
    return {"view": ""} if known else {}


def _text(asked: Prompt, locale: str, value: Value) -> str:
    """Return an answer as a page shows it; of a table, cell by cell."""
    if asked.kind != "table":
        return value_text(asked, locale, value=value)
    return Markup(str(value_html(item_for(asked, value, locale=locale), locale)).replace("><", "> <")).striptags()  # noqa: S704


def passage(target: Any, text: str, before: str = "") -> Passage | None:
    """Return the words that a comment is about, as they stand in a text; None where it quotes nothing.

    Parameters
    ----------
    target
        As the store has it.
    text
        The text as it is now.
    before
        The text that was quoted from, where that is another.
    """
    said = Quote.of(target["selector"]) if target else None
    if said is None:
        return None
    place = anchors.find(text, said, before)
    if place is None:
        return Passage(said.exact, target["source"])
    start, end = place
    around = text[max(0, start - SHOWN) : start], text[end : end + SHOWN]
    return Passage(said.exact, target["source"], around[0], text[start:end], around[1], anchors.nth(text, place))


def passages_now(
    c: Connection, contents: Contents, drafts: Mapping[str, Draft], comments: Iterable[Comment]
) -> dict[str, Passage]:
    """Return, by comment, where its words are in the answers as they are now."""
    frozen: dict[str, dict[str, Value]] = {}
    found = {}
    for said in comments:
        if not said.target or said.prompt is None:
            continue
        if said.submission not in frozen:
            frozen[said.submission] = {item.prompt: item.value for item in reviews.items_of(c, said.submission)}
        then = texts_of(contents, said.prompt, frozen[said.submission].get(said.prompt))
        draft = drafts.get(said.prompt)
        now = texts_of(contents, said.prompt, draft.value if draft else None)
        source = said.target["source"]
        if there := passage(said.target, now.get(source, ""), then.get(source, "")):
            found[said.id] = there
    return found
