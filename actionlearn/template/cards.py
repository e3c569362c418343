"""Cards: content for the moment it is needed. Markdown in, a checked `Card` out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from actionlearn.errors import Fault, TemplateError
from actionlearn.template.packs import language
from actionlearn.template.source import Faults, Mapping, SourceText, front_matter, lines_of

KINDS = ("theory", "research", "tool", "framework")

#: The five moments of need: something new, more of it, using it, something went wrong, things have changed.
MOMENTS = ("new", "more", "apply", "solve", "change")

#: What a card may say before its question, in words: a minute's reading.
MOST_WORDS = 200
MAX_BYTES = 50_000

_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_FIELDS = ("card", "title", "kind", "moment", "needs", "source", "version", "question")


@dataclass(frozen=True)
class Card:
    """A theory, a piece of research, a tool or a framework, told in a minute.

    Parameters
    ----------
    id, title, kind, moment, source, version
        From the front matter.
    needs
        What a learner might say who could use it, in their words.
    question
        The open question at its end.
    text
        Markdown.
    locale
        Its language: the folder it is in, else English.
    """

    id: str
    title: str
    kind: str = "tool"
    moment: str = "apply"
    needs: tuple[str, ...] = ()
    source: str = ""
    version: int = 1
    question: str = ""
    text: str = ""
    locale: str = "en"


def words_in(text: str) -> int:
    """Return how many words a text has; signs alone are none."""
    return sum(any(character.isalnum() for character in word) for word in text.split())


def parse(text: str, path: Path | None = None, locale: str = "en") -> Card:
    """Read a card.

    Raises
    ------
    TemplateError
        With every fault of the text, in order of lines.
    """
    faults = Faults(path)
    lines = lines_of(text)
    header, skip = front_matter(lines, faults, lists=True)
    fields = {name: _field(name, header, faults) for name in _FIELDS if name != "needs"}
    needs = _needs(header, faults)
    for name in header.entries:
        if name not in _FIELDS:
            faults.unknown("unknown_field", header.lines[name], name, _FIELDS)
    body = "\n".join(lines[skip:]).strip()
    first = skip + 1
    if not body:
        faults.add("empty_card", first)
    elif (count := words_in(body)) > MOST_WORDS:
        faults.add("long_card", first, count=count, most=MOST_WORDS)
    if faults.found:
        raise TemplateError("template.faults", faults=faults.in_order(), count=len(faults.found))
    return Card(
        id=fields["card"],
        title=fields["title"],
        kind=fields["kind"],
        moment=fields["moment"],
        needs=needs,
        source=fields["source"],
        version=int(fields["version"]),
        question=fields["question"],
        text=body,
        locale=locale,
    )


def _field(name: str, header: Mapping, faults: Faults) -> str:
    """Check a field that is one text; nothing else is missed where there is no front matter to read."""
    tree, line = header.entries.get(name), header.lines.get(name, header.line)
    if tree is None:
        if header.entries or not faults.found:
            faults.add("missing_field", line, name=name)
        return ""
    if not isinstance(tree, SourceText):
        faults.add("field_is_no_text", line, name=name)
        return ""
    text = " ".join(tree.text.split())
    if not text:
        faults.add("empty_field", line, name=name)
    elif name == "card" and not _ID.fullmatch(text):
        faults.add("bad_card_id", line, text=text)
    elif name == "version" and not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        faults.add("bad_count", line, name=name, text=text)
    elif name == "kind" and text not in KINDS:
        faults.unknown("unknown_card_kind", line, text, KINDS)
    elif name == "moment" and text not in MOMENTS:
        faults.unknown("unknown_moment", line, text, MOMENTS)
    return text


def _needs(header: Mapping, faults: Faults) -> tuple[str, ...]:
    tree, line = header.entries.get("needs"), header.lines.get("needs", header.line)
    if tree is None and not header.entries and faults.found:
        return ()
    entries = (tree,) if isinstance(tree, SourceText) else tuple(tree.entries.values()) if tree else ()
    needs = tuple(" ".join(each.text.split()) for each in entries if isinstance(each, SourceText))
    if not any(needs) or len(needs) < len(entries):
        faults.add("no_needs", line)
    return tuple(filter(None, needs))


def load(path: Path) -> Card:
    """Read a card from a file; its language is that of the folder its folder is in.

    Raises
    ------
    TemplateError
        With every fault of the file; or it cannot be read, or is no text, or has another name than the card.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            values = {"size": path.stat().st_size, "most": MAX_BYTES}
            raise TemplateError(
                "template.faults", faults=[Fault(code="template.too_big", values=values, path=path, line=1)], count=1
            )
        text = path.read_text("utf-8")
    except OSError as error:
        fault = Fault("template.unreadable", {"reason": error.strerror or type(error).__name__}, path)
        raise TemplateError("template.faults", faults=[fault], count=1) from None
    except UnicodeDecodeError:
        raise TemplateError(
            "template.faults", faults=[Fault(code="template.not_utf8", values={}, path=path, line=1)], count=1
        ) from None
    card = parse(text, path, language(path.absolute().parent.parent))
    if card.id != path.stem:
        fault = Fault(code="template.other_id", values={"id": path.stem, "found": card.id}, path=path, line=1)
        raise TemplateError("template.faults", faults=[fault], count=1)
    return card
