"""The front matter of a template: its fields and its parameters."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass

from actionlearn.answers.kinds import KINDS
from actionlearn.answers.prompts import ID, Prompt
from actionlearn.errors import Fault, TemplateError
from actionlearn.template.source import Faults, Mapping, SourceText
from actionlearn.text.clean import storable

STAGES = ("start", "scope", "plan", "experiment", "reflect", "impact")
PARAMETER_KINDS = ("text", "number", "date")

MAX_PARAMETER = 1000
_LOCALE = re.compile(r"[a-z]{2,3}(?:[_-][A-Za-z]{2,4})?")
#: What an author may leave out.
_OPTIONAL = frozenset({"stage", "summary", "locale", "owner", "about", "per"})
#: Field -> what it may say; the first where it is left out.
CHOICES: dict[str, tuple[str, ...]] = {
    "owner": ("person", "set"),
    "about": ("", "member"),
    "per": ("many", "once"),
}

#: What a cell of the notebook already calls by this name, or passes by this keyword.
RESERVED = frozenset(
    {
        *("workbook", "submission", "live", "open_workbook", "prompt", "prose", "view", "section", "card"),
        *("template", "template_hash", "version", "locale", "title", "stage", "minutes", *CHOICES),
        *("id", "question", "text", "kind", "required", "audience", "hint", "options", "columns"),
        *("low", "high", "low_label", "high_label", "recap", "by", "name", "of"),
        *("when", "opens", "source", "default_from", "for_set", "locked_when", "later", "after", "folded"),
    }
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
        text = storable(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", str(raw)).strip())
        if self.kind == "text" and len(text) <= MAX_PARAMETER:
            return text
        try:
            return str(KINDS[self.kind].check(Prompt(self.name, self.label, self.kind), text))
        except (ValueError, KeyError):
            raise TemplateError(
                "template.parameter_value", name=self.name, kind=self.kind, value=text[:60], most=MAX_PARAMETER
            ) from None


#: Field that is one text -> the shape it must have, and the fault where it has another.
_SHAPES: dict[str, tuple[re.Pattern[str], str]] = {
    "template": (re.compile(r"[a-z][a-z0-9-]{0,39}"), "bad_template_id"),
    "title": (re.compile(r"(?!.*\{\{).*"), "parameter_in_field"),
    "version": (re.compile(r"[1-9][0-9]{0,3}"), "bad_count"),
    "minutes": (re.compile(r"[1-9][0-9]{0,3}"), "bad_count"),
    "stage": (re.compile(r".*"), ""),
    "summary": (re.compile(r"(?!.*\{\{).*"), "parameter_in_field"),
    "locale": (_LOCALE, "bad_locale"),
    **{name: (re.compile(r".*"), "") for name in CHOICES},
}
_FIELDS = (*_SHAPES, "parameters")


def read_fields(header: Mapping, faults: Faults) -> dict[str, str]:
    """Check the fields of the front matter that are one text each."""
    fields = dict.fromkeys(_SHAPES, "")
    for name, tree in header.entries.items():
        line = header.lines[name]
        if name not in _FIELDS:
            faults.unknown("unknown_field", line, name, _FIELDS)
        elif name in _SHAPES:
            fields[name] = _field(name, tree, line, faults)
    for name in _SHAPES if header.entries or not faults.found else ():  # what cannot be read misses nothing else
        if name not in _OPTIONAL and name not in header.entries:
            faults.add("missing_field", header.line, name=name)
    for name, known in CHOICES.items():
        fields[name] = fields[name] or known[0]
    if "stage" not in header.entries and fields["template"] in STAGES:
        fields["stage"] = fields["template"]
    return fields


def _field(name: str, tree: SourceText | Mapping, line: int, faults: Faults) -> str:
    if not isinstance(tree, SourceText):
        faults.add("field_is_no_text", line, name=name)
        return ""
    text = " ".join(tree.text.split())
    shape, code = _SHAPES[name]
    if not text:
        faults.add("empty_field", line, name=name)
    elif not shape.fullmatch(text):
        faults.add(code, line, name=name, text=text)
    elif name == "stage" and text not in STAGES:
        faults.unknown("unknown_stage", line, text, STAGES)
    elif name in CHOICES and text not in CHOICES[name]:
        faults.unknown("unknown_choice", line, text, tuple(filter(None, CHOICES[name])))
    return text


def read_parameters(header: Mapping, faults: Faults) -> tuple[tuple[Parameter, ...], dict[str, int]]:
    """Check the parameters; return them, and the lines of all names that were declared."""
    tree = header.entries.get("parameters", Mapping({}, 1))
    if isinstance(tree, SourceText):
        if tree.text:
            faults.add("parameters_are_no_mapping", tree.line)
        return (), {}
    found = [_parameter(name, entry, tree.lines[name], faults) for name, entry in tree.entries.items()]
    return tuple(parameter for parameter in found if parameter), tree.lines


def _parameter(name: str, entry: SourceText | Mapping, line: int, faults: Faults) -> Parameter | None:
    before = len(faults.found)
    if not ID.fullmatch(name):
        faults.add("bad_parameter", line, name=name)
    elif keyword.iskeyword(name) or name in RESERVED:
        faults.add("reserved_parameter", line, name=name)
    if isinstance(entry, SourceText):
        faults.add("parameter_is_no_mapping", line, name=name)
        return None
    fields = {"kind": "text", "default": "", "label": name.replace("_", " ").capitalize()}
    for field, tree in entry.entries.items():
        if field not in fields:
            faults.unknown("unknown_parameter_field", entry.lines[field], field, fields)
        elif not isinstance(tree, SourceText):
            faults.add("field_is_no_text", entry.lines[field], name=field)
        else:
            fields[field] = tree.text
    if fields["kind"] not in PARAMETER_KINDS:
        faults.unknown("unknown_parameter_kind", line, fields["kind"], PARAMETER_KINDS)
    if not fields["default"].strip():
        faults.add("no_default", line, name=name)
    if len(faults.found) > before:
        return None
    parameter = Parameter(name=name, kind=fields["kind"], default=fields["default"], label=fields["label"])
    try:
        return Parameter(
            name=name, kind=parameter.kind, default=parameter.check(parameter.default), label=parameter.label
        )
    except TemplateError as error:
        faults.found.append(Fault(code=error.code, values=error.values, path=faults.path, line=line))
        return None
