"""Templates: MyST Markdown in, a checked `Template` out.

`parse` reads the text of one workbook's template and either returns a `Template` or raises one
`TemplateError` with every fault of the file, each with its line and what to write instead.
The way down: `actionlearn.template.source` (parts and lines), `actionlearn.header` (fields and parameters),
`actionlearn.template.questions` (words and prompts) and `actionlearn.directives` (the other fences).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from actionlearn.errors import Fault, TemplateError
from actionlearn.prompts import Prompt
from actionlearn.template.directives import Block, Card, LiveCell, Prose, Reader, View
from actionlearn.template.header import PARAMETER_KINDS, RESERVED, STAGES, Parameter, read_fields, read_parameters
from actionlearn.template.source import Faults, blocks, front_matter, lines_of
from actionlearn.words import locales

__all__ = [
    "PARAMETER_KINDS",
    "RESERVED",
    "STAGES",
    "Block",
    "Card",
    "LiveCell",
    "Parameter",
    "Prose",
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
        Prose, prompts, views, cards and live cells, in order.
    hash
        SHA-256 of the source text.
    path
        The file it came from, if any.
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


def parse(text: str, path: Path | None = None, *, views: Collection[str], cards: Collection[str]) -> Template:
    """Read a template.

    Parameters
    ----------
    text
        The source.
    path
        The file it came from, for the faults and the locale.
    views, cards
        Names of the views and cards there are.

    Raises
    ------
    TemplateError
        With every fault of the text, in order of lines.
    """
    faults = Faults(path)
    for name, character in (("NUL", "\x00"), ("lone surrogate", None)):
        at = text.find(character) if character else _lone_surrogate(text)
        if at >= 0:
            faults.add("not_text", text.count("\n", 0, at) + 1, what=name)
    if len(text) > MAX_BYTES:
        faults.add("too_big", 1, size=len(text), most=MAX_BYTES)
    elif not text.strip("\ufeff \t\r\n"):
        faults.add("empty", 1)
    if faults.found:
        raise TemplateError("template.faults", faults=faults.found, count=len(faults.found))
    lines = lines_of(text)
    header, skip = front_matter(lines, faults)
    fields = read_fields(header, faults)
    parameters, declared = read_parameters(header, faults)
    reader = Reader(faults, fields["template"], declared, views, cards)
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
        title=fields["title"],
        version=int(fields["version"]),
        minutes=int(fields["minutes"]),
        stage=fields["stage"],
        summary=fields["summary"],
        locale=fields["locale"] or _locale(path),
        parameters=parameters,
        blocks=tuple(read),
        hash=hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        path=path,
    )


def _lone_surrogate(text: str) -> int:
    match = re.search(r"[\ud800-\udfff]", text)
    return match.start() if match else -1


def _locale(path: Path | None) -> str:
    folder = path.absolute().parent.name if path else ""
    return folder if folder in locales() else "en"


def load(path: Path, *, views: Collection[str], cards: Collection[str]) -> Template:
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
            "template.faults", faults=[Fault("template.too_big", {"size": size, "most": MAX_BYTES}, path, 1)], count=1
        )
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise TemplateError("template.faults", faults=[Fault("template.not_utf8", {}, path, line)], count=1) from None
    return parse(text, path, views=views, cards=cards)


def _folder() -> Path:
    """Return the shipped templates: inside the wheel, else beside the package in a clone."""
    inside = Path(str(files("actionlearn"))) / "templates"
    return inside if inside.is_dir() else inside.parent.parent / "templates"


def shipped() -> dict[str, dict[str, Path]]:
    """Return the templates that came with the kit: locale -> id -> file."""
    folders = sorted(folder for folder in _folder().glob("*") if folder.is_dir())
    return {folder.name: {path.stem: path for path in sorted(folder.glob("*.md"))} for folder in folders}


def find(template_id: str, locale: str = "en") -> Path:
    """Return the file of a shipped template, in English where there is none in the locale.

    Raises
    ------
    TemplateError
        There is no such template.
    """
    all = shipped()
    english = all.get("en", {})
    path = all.get(locale, {}).get(template_id) or all.get(locale[:2], {}).get(template_id) or english.get(template_id)
    if path is not None:
        return path
    if match := get_close_matches(template_id, english, 1):
        raise TemplateError("template.not_shipped_near", name=template_id, near=match[0])
    raise TemplateError("template.not_shipped", name=template_id, known=sorted(english))
