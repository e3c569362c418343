"""Templates: MyST Markdown in, a checked `Template` out.

`parse` reads the text of one workbook's template and either returns a `Template` or raises one
`TemplateError` with every fault of the file, each with its line and what to write instead.
The way down: `actionlearn.template.source` (parts and lines), `actionlearn.template.front_matter` (fields and parameters),
`actionlearn.template.prompts` (words and prompts) and `actionlearn.template.directives` (the other fences).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from actionlearn.answers.conditions import Condition
from actionlearn.answers.prompts import Prompt, Reference
from actionlearn.errors import Fault, TemplateError
from actionlearn.template.cards import Card
from actionlearn.template.directives import Block, DirectiveReader, LiveCell, Prose, Section, ShownCard, View
from actionlearn.template.front_matter import PARAMETER_KINDS, RESERVED, STAGES, Parameter, read_fields, read_parameters
from actionlearn.template.packs import cards_for, find, language, shipped
from actionlearn.template.source import Faults, blocks, front_matter, lines_of

__all__ = [
    "PARAMETER_KINDS",
    "RESERVED",
    "STAGES",
    "Block",
    "Card",
    "LiveCell",
    "Parameter",
    "Prose",
    "Section",
    "ShownCard",
    "Template",
    "View",
    "find",
    "load",
    "parse",
    "shipped",
]

#: The longest template, in bytes. The longest we know has 20,000.
MAX_BYTES = 500_000


@dataclass(frozen=True)
class Template:
    """One workbook as its author wrote it.

    Parameters
    ----------
    id, title, version, minutes, stage, summary
        From the front matter.
    locale
        From the front matter, else the folder it is in, else English.
    parameters
        In the order they were declared.
    blocks
        Prose, prompts, sections, views, cards and live cells, in order.
    hash
        SHA-256 of the source text, and of what its cards say.
    path
        The file it came from, if any.
    owner
        Whose it is: a ``person``'s or a ``set``'s.
    about
        ``member`` where it is about somebody else, such as a manager's about a learner; else empty.
    per
        Whether its owner has it ``once``, or as often as wanted (``many``).
    lines
        Where its prompts stand, by id.
    long
        Ids of the prompts whose question is meant to be long.
    references, conditions
        Every reference and every condition in it, with its line.
    """

    id: str
    title: str
    version: int
    minutes: int
    stage: str
    summary: str
    locale: str
    parameters: tuple[Parameter, ...]
    blocks: tuple[Block, ...]
    hash: str
    path: Path | None = None
    owner: str = "person"
    about: str = ""
    per: str = "many"
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    long: frozenset[str] = frozenset()
    references: tuple[tuple[Reference, int], ...] = field(default=(), compare=False)
    conditions: tuple[tuple[Condition, int], ...] = field(default=(), compare=False)

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """Its prompts, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Prompt))

    @property
    def views(self) -> tuple[View, ...]:
        """Its views, in order."""
        return tuple(block for block in self.blocks if isinstance(block, View))

    @property
    def live_cells(self) -> tuple[LiveCell, ...]:
        """Its live cells, in order."""
        return tuple(block for block in self.blocks if isinstance(block, LiveCell))

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards it shows, in order."""
        return tuple(block.card for block in self.blocks if isinstance(block, ShownCard))


def parse(
    text: str, path: Path | None = None, *, views: Collection[str], cards: Mapping[str, Path] | None = None
) -> Template:
    """Read a template.

    Parameters
    ----------
    text
        The source.
    path
        The file it came from, for the faults and the locale.
    views
        Names of the views there are.
    cards
        Files of the cards there are, by id; those beside the template and the shipped ones where None.

    Raises
    ------
    TemplateError
        With every fault of the text, in order of lines.
    """
    faults = Faults(path)
    _check_text(text, faults)
    if faults.found:
        raise TemplateError("template.faults", faults=faults.found, count=len(faults.found))
    lines = lines_of(text)
    header, skip = front_matter(lines, faults)
    fields = read_fields(header, faults)
    parameters, declared = read_parameters(header, faults)
    locale = fields["locale"] or language(path.absolute().parent if path else None)
    known = cards_for(path, locale) if cards is None else dict(cards)
    reader = DirectiveReader(faults=faults, template=fields["template"], parameters=declared, views=views, cards=known)
    read = [block for part in blocks(lines, skip, faults) if (block := reader.block(part)) is not None]
    reader.finish()
    for name, line in declared.items():
        if name not in reader.used:
            faults.add("unused_parameter", line, name=name)
    if not read and not faults.found:
        faults.add("no_body", len(lines))
    if faults.found:
        raise TemplateError("template.faults", faults=faults.in_order(), count=len(faults.found))
    return Template(
        id=fields["template"],
        version=int(fields["version"]),
        minutes=int(fields["minutes"]),
        locale=locale,
        parameters=parameters,
        blocks=tuple(read),
        hash=_hash(lines, read),
        path=path,
        **{name: fields[name] for name in ("title", "stage", "summary", "owner", "about", "per")},
        lines=reader.lines,
        long=frozenset(reader.long),
        references=tuple(reader.found_references),
        conditions=tuple(reader.found_conditions),
    )


def _hash(lines: Collection[str], blocks: Collection[Block]) -> str:
    """Return the hash of all that a notebook is made from: the template's text, and its cards."""
    cards = [repr(block.card) for block in blocks if isinstance(block, ShownCard)]
    return hashlib.sha256("\n".join([*lines, *cards]).encode()).hexdigest()


def _check_text(text: str, faults: Faults) -> None:
    """Note what makes a text none that anybody could have written as a template."""
    for name, character in (("NUL", "\x00"), ("lone surrogate", None)):
        at = text.find(character) if character else _lone_surrogate(text)
        if at >= 0:
            faults.add("not_text", text.count("\n", 0, at) + 1, what=name)
    if len(text) > MAX_BYTES:
        faults.add("too_big", 1, size=len(text), most=MAX_BYTES)
    elif not text.strip("\ufeff \t\r\n"):
        faults.add("empty", 1)


def _lone_surrogate(text: str) -> int:
    match = re.search(r"[\ud800-\udfff]", text)
    return match.start() if match else -1


def load(path: Path, *, views: Collection[str], cards: Mapping[str, Path] | None = None) -> Template:
    """Read a template from a file.

    Raises
    ------
    TemplateError
        With every fault of the file; or it cannot be read, or is no text.
    """
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MAX_BYTES else b""
    except OSError as error:
        fault = Fault("template.unreadable", {"reason": error.strerror or type(error).__name__}, path)
        raise TemplateError("template.faults", faults=[fault], count=1) from None
    if size > MAX_BYTES:
        raise TemplateError(
            "template.faults",
            faults=[Fault(code="template.too_big", values={"size": size, "most": MAX_BYTES}, path=path, line=1)],
            count=1,
        )
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise TemplateError(
            "template.faults", faults=[Fault(code="template.not_utf8", values={}, path=path, line=line)], count=1
        ) from None
    return parse(text, path, views=views, cards=cards)
