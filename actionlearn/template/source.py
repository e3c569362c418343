"""The source of a template, cut into its parts: front matter, prose and directives, each with its line.

Knows MyST and YAML, and nothing of prompts. YAML is read as far as nodes and no further, so that
every scalar stays the text its author wrote: ``no``, ``2025-03-01``, ``1_000`` and ``010`` too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from actionlearn.errors import Fault

#: What ruamel.yaml raises for text that is no YAML; beyond its own errors for wrong escapes and tags.
_NO_YAML = (YAMLError, ValueError, OverflowError, RecursionError, AssertionError, AttributeError, IndexError, TypeError)
_DEEPEST = 12

#: Nobody reads further; a file with more is no template at all.
_MOST_FAULTS = 1000


class Faults:
    """Every fault of one file, collected while it is read."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.found: list[Fault] = []

    def add(self, code: str, line: int, **values: Any) -> None:
        """Note one fault of the template; ``code`` without its room."""
        if len(self.found) < _MOST_FAULTS:
            self.found.append(Fault(code=f"template.{code}", values=values, path=self.path, line=line))

    def unknown(self, code: str, line: int, name: str, known: Collection[str]) -> None:
        """Note a name nobody knows, with the nearest known one where there is any."""
        if match := get_close_matches(name.lower(), known, 1, 0.7):
            self.add(f"{code}_near", line, name=name, near=match[0])
        else:
            self.add(code, line, name=name, known=sorted(known) or ["–"])

    def in_order(self) -> list[Fault]:
        """Return the faults in the order of their lines."""
        return sorted(self.found, key=lambda fault: fault.line or 0)


@dataclass(frozen=True)
class SourceText:
    """A text with the line it stands on."""

    text: str
    line: int


@dataclass(frozen=True)
class Mapping:
    """A YAML mapping with the line it begins on; its keys have lines of their own."""

    entries: dict[str, Tree]
    line: int
    lines: dict[str, int] = field(default_factory=dict)


Tree = SourceText | Mapping


@dataclass(frozen=True)
class Directive:
    """One MyST directive: its options as written, its body as written."""

    name: str
    argument: str
    options: dict[str, SourceText]
    body: SourceText
    line: int


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, whichever way they end."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def front_matter(lines: Sequence[str], faults: Faults, *, lists: bool = False) -> tuple[Mapping, int]:
    """Return the fields above the body, and the number of lines they take."""
    nothing = Mapping({}, 1)
    if lines[0].rstrip() != "---":
        faults.add("no_front_matter", 1)
        return nothing, 0
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        faults.add("open_front_matter", 1)
        return nothing, len(lines)
    return read_yaml(SourceText("\n".join(lines[1:end]), 2), faults, lists=lists), end + 1


def read_yaml(source: SourceText, faults: Faults, *, lists: bool = False) -> Mapping:
    """Return a YAML mapping with all its scalars as text; empty where it is none.

    A list, where one may stand in it, is a mapping by number.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = _DEEPEST
    yaml.composer.warn_double_anchors = False
    try:
        node = yaml.compose(source.text)
    except _NO_YAML as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or type(error).__name__
        line = source.line + min(mark.line if mark else 0, source.text.count("\n"))
        faults.add("yaml", line, problem=str(problem))
        return Mapping({}, source.line)
    tree = _tree(node, source.line, faults, set(), lists) if node is not None else None
    if not isinstance(tree, Mapping):
        if tree is not None or node is None:
            faults.add("no_mapping", source.line)
        return Mapping({}, source.line)
    return tree


def _tree(node: Node, first: int, faults: Faults, seen: set[int], lists: bool) -> Tree | None:
    line = first + node.start_mark.line
    if id(node) in seen:
        faults.add("yaml_alias", line)
        return None
    seen.add(id(node))
    if isinstance(node, ScalarNode):
        return SourceText(node.value, line)
    if lists and isinstance(node, SequenceNode):
        listed = {
            str(n): tree for n, each in enumerate(node.value) if (tree := _tree(each, first, faults, seen, lists))
        }
        return Mapping(listed, line, dict.fromkeys(listed, line))
    if not isinstance(node, MappingNode):
        faults.add("yaml_list", line)
        return None
    entries: dict[str, Tree] = {}
    lines: dict[str, int] = {}
    for key, value in node.value:
        at = first + key.start_mark.line
        if not isinstance(key, ScalarNode):
            faults.add("yaml_key", at)
        elif key.value in entries:
            faults.add("yaml_twice", at, name=key.value)
        elif (tree := _tree(value, first, faults, seen, lists)) is not None:
            entries[key.value] = tree
            lines[key.value] = at
    return Mapping(entries, line, lines)


_MARKDOWN = MarkdownIt("commonmark")
_MARKDOWN.core.ruler.enableOnly(["normalize", "block"])
_INFO = re.compile(r"\{([^{}]*)\}\s*(.*)", re.DOTALL)
_COLON_FENCE = re.compile(r"^ {0,3}:::+\s*\{", re.MULTILINE)


def blocks(lines: Sequence[str], skip: int, faults: Faults) -> Iterator[SourceText | Directive]:
    """Yield the prose and the directives of a template's body, in order.

    Parameters
    ----------
    lines
        The lines of the whole file.
    skip
        How many of them are front matter.
    faults
        Where to note what is wrong.
    """
    body = lines[skip:]
    done = 0
    for token in _MARKDOWN.parse("\n".join(body)):
        if token.type != "fence" or not token.info.strip().startswith("{") or token.map is None:
            continue
        start, end = token.map
        at = skip + start + 1
        if token.level:
            faults.add("nested_directive", at)
            continue
        closing = body[end - 1].strip() if end - 1 > start else ""
        if not closing or set(closing) != {token.markup[0]} or len(closing) < len(token.markup):
            faults.add("open_directive", at)
        yield from _prose(body[done:start], skip + done + 1, faults)
        done = end
        match = _INFO.fullmatch(token.info.strip())
        if match is None:
            faults.add("bad_directive", at, text=token.info.strip())
            continue
        yield _directive(match[1].strip(), match[2].strip(), token.content.split("\n"), at, faults)
    yield from _prose(body[done:], skip + done + 1, faults)


def _prose(lines: Sequence[str], first: int, faults: Faults) -> Iterator[SourceText]:
    blank = next((number for number, line in enumerate(lines) if line.strip()), None)
    if blank is None:
        return
    text = "\n".join(lines[blank:]).rstrip()
    for match in _COLON_FENCE.finditer(text):
        faults.add("colon_fence", first + blank + text.count("\n", 0, match.start()))
    yield SourceText(text, first + blank)


_OPTION = re.compile(r":([^:\s]+):(?:\s+(.*))?")


def _directive(name: str, argument: str, lines: list[str], at: int, faults: Faults) -> Directive:
    """Read the options of a directive; what comes after them is its body."""
    options: dict[str, SourceText] = {}
    number = 0
    while number < len(lines) and (match := _OPTION.fullmatch(lines[number].rstrip())):
        first = number
        number += 1
        while number < len(lines) and lines[number][:1] in (" ", "\t") and lines[number].strip():
            number += 1
        if match[1] in options:
            faults.add("option_twice", at + first + 1, name=match[1])
        # A mapping may begin on the option's own line or below it: its first line keeps its place.
        value = "\n".join([match[2] or "", *lines[first + 1 : number]])
        options[match[1]] = SourceText(value, at + first + 1)
    body = lines[number:]
    blank = next((index for index, line in enumerate(body) if line.strip()), 0)
    return Directive(
        name=name,
        argument=argument,
        options=options,
        body=SourceText("\n".join(body[blank:]).rstrip(), at + number + blank + 1),
        line=at,
    )
