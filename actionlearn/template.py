"""Templates: MyST Markdown in, a checked `Template` out.

`parse` reads the text of one workbook's template and either returns a `Template` or raises one
`TemplateError` with every fault of the file, each with its line and what to write instead.
The way down is `actionlearn.source` (parts and lines), `actionlearn.questions` (words and prompts)
and `actionlearn.directives` (everything else between the fences).
"""

from __future__ import annotations

import hashlib
import keyword
import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from actionlearn.directives import Block, Card, LiveCell, Prose, Reader, View
from actionlearn.errors import Fault, TemplateError
from actionlearn.prompts import ID, KINDS, Column, Prompt
from actionlearn.source import Faults, Mapping, Words, blocks, front_matter, lines_of
from actionlearn.words import LOCALES

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

STAGES = ("start", "scope", "plan", "experiment", "reflect", "impact")
PARAMETER_KINDS = ("text", "number", "date")

#: The longest template, in bytes. The longest we know has 20,000.
MAX_BYTES = 500_000
MAX_PARAMETER = 1000
_TEMPLATE_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_LOCALE = re.compile(r"[a-z]{2,3}(?:[_-][A-Za-z]{2,4})?")
_FIELDS = ("template", "title", "version", "minutes", "stage", "summary", "locale", "parameters")

#: What a cell of the notebook already calls by this name, or passes by this keyword.
RESERVED = frozenset(
    "workbook submission live open_workbook prompt prose view template template_hash version locale title stage minutes "
    "id question text kind required audience hint options columns low high low_label high_label recap by name of".split()
)


@dataclass(frozen=True)
class Parameter:
    """One thing that differs from cohort to cohort or from learner to learner.

    Parameters
    ----------
    name
        What stands between the braces.
    kind
        One of `PARAMETER_KINDS`.
    default
        What the notebook says where nobody gave anything.
    label
        What a facilitator reads beside the field.
    """

    name: str
    kind: str = "text"
    default: str = ""
    label: str = ""

    def check(self, raw: str) -> str:
        """Return the value to use for what came in: text on one line, a decimal number, or a date.

        Raises
        ------
        TemplateError
            It is of another kind, or too long.
        """
        text = re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", str(raw)).strip().encode("utf-8", "replace").decode()
        try:
            if len(text) > MAX_PARAMETER:
                raise ValueError
            return text if self.kind == "text" else str(KINDS[self.kind](Column(self.name, self.label), text))
        except ValueError:
            raise TemplateError(
                "template.parameter_value", name=self.name, kind=self.kind, value=text[:60], most=MAX_PARAMETER
            ) from None


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
    fields = _fields(header, skip > 0, faults)
    parameters, declared = _parameters(header, faults)
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


def _fields(header: Mapping, present: bool, faults: Faults) -> dict[str, str]:
    """Check the fields of the front matter that are one text each."""
    fields = dict.fromkeys(_FIELDS, "")
    for name, tree in header.entries.items():
        if name not in _FIELDS:
            faults.unknown("unknown_field", header.lines[name], name, _FIELDS)
        elif name != "parameters" and not isinstance(tree, Words):
            faults.add("field_is_no_text", header.lines[name], name=name)
        elif isinstance(tree, Words):
            fields[name] = " ".join(tree.text.split())
    at = header.lines
    for name in ("template", "title", "version", "minutes", "stage", "summary"):
        if present and name not in header.entries:
            faults.add("missing_field", 1, name=name)
        elif name in at and isinstance(header.entries[name], Words) and not fields[name]:
            faults.add("empty_field", at[name], name=name)
    if fields["template"] and not _TEMPLATE_ID.fullmatch(fields["template"]):
        faults.add("bad_template_id", at["template"], id=fields["template"])
    for name in ("version", "minutes"):
        if fields[name] and not re.fullmatch(r"[1-9][0-9]{0,3}", fields[name]):
            faults.add("bad_count", at[name], name=name, text=fields[name])
    if fields["stage"] and fields["stage"] not in STAGES:
        faults.unknown("unknown_stage", at["stage"], fields["stage"], STAGES)
    if fields["locale"] and not _LOCALE.fullmatch(fields["locale"]):
        faults.add("bad_locale", at["locale"], text=fields["locale"])
    for name in ("title", "summary"):
        if "{{" in fields[name]:
            faults.add("parameter_in_field", at[name], name=name)
    return fields


def _parameters(header: Mapping, faults: Faults) -> tuple[tuple[Parameter, ...], dict[str, int]]:
    """Check the parameters; return them, and the lines of all names that were declared."""
    tree = header.entries.get("parameters", Mapping({}, 1))
    if isinstance(tree, Words):
        if tree.text:
            faults.add("parameters_are_no_mapping", tree.line)
        return (), {}
    found = [_parameter(name, entry, tree.lines[name], faults) for name, entry in tree.entries.items()]
    return tuple(parameter for parameter in found if parameter), tree.lines


def _parameter(name: str, entry: Words | Mapping, line: int, faults: Faults) -> Parameter | None:
    before = len(faults.found)
    if not ID.fullmatch(name):
        faults.add("bad_parameter", line, name=name)
    elif keyword.iskeyword(name) or name in RESERVED:
        faults.add("reserved_parameter", line, name=name)
    if isinstance(entry, Words):
        faults.add("parameter_is_no_mapping", line, name=name)
        return None
    fields = {"kind": "text", "default": "", "label": name.replace("_", " ").capitalize()}
    for field, tree in entry.entries.items():
        if field not in fields:
            faults.unknown("unknown_parameter_field", entry.lines[field], field, fields)
        elif not isinstance(tree, Words):
            faults.add("field_is_no_text", entry.lines[field], name=field)
        else:
            fields[field] = tree.text
    if fields["kind"] not in PARAMETER_KINDS:
        faults.unknown("unknown_parameter_kind", line, fields["kind"], PARAMETER_KINDS)
    if not fields["default"].strip():
        faults.add("no_default", line, name=name)
    if len(faults.found) > before:
        return None
    parameter = Parameter(name, fields["kind"], fields["default"], fields["label"])
    try:
        return Parameter(name, parameter.kind, parameter.check(parameter.default), parameter.label)
    except TemplateError as error:
        faults.found.append(Fault(error.code, error.values, faults.path, line))
        return None


def _locale(path: Path | None) -> str:
    folder = path.absolute().parent.name if path else ""
    return folder if folder in LOCALES else "en"


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
