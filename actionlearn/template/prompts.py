"""The words of a template and its questions: parameters, references, and the options of a prompt."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Literal, cast

from actionlearn.answers.conditions import Condition
from actionlearn.answers.kinds import CELL_KINDS, KINDS
from actionlearn.answers.prompts import ID, Column, Option, Prompt, Reference
from actionlearn.permissions import AUDIENCES, Audience
from actionlearn.template.source import Directive, Faults, Mapping, SourceText, read_yaml

#: Options of a prompt of any kind.
_OF_ANY_KIND = ("kind", "required", "audience", "hint", "recap", "default-from", "by", "for-set", "long", "folded")
#: Option of a prompt -> the kinds it is for; none named is any.
PROMPT_OPTIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_OF_ANY_KIND, ()),
    **{
        option: tuple(kind.id for kind in KINDS.values() if option in kind.options)
        for option in dict.fromkeys(option for kind in KINDS.values() for option in kind.options)
    },
}
_MOST_STEPS = 20
SHOWN = 60


def parameters_in(text: str, known: Collection[str]) -> tuple[str, ...]:
    """Return the parameters whose ``{name}`` stands in a text, in order."""
    return tuple(dict.fromkeys(name for name in re.findall(r"\{([a-z][a-z0-9_]*)\}", text) if name in known))


class PromptReader:
    """Reads the words and the prompts of one template.

    Parameters
    ----------
    faults
        Where to note what is wrong.
    template
        Id of the template, to know its references to itself.
    parameters
        Names of its parameters.
    """

    def __init__(self, faults: Faults, template: str, parameters: Collection[str]) -> None:
        self.faults = faults
        self.template = template
        self.parameters = parameters
        self.used: set[str] = set()
        #: Where the prompts stand, by id.
        self.lines: dict[str, int] = {}
        self._read: dict[str, Prompt] = {}
        self.found_references: list[tuple[Reference, int]] = []
        self.found_conditions: list[tuple[Condition, int]] = []
        #: Prompts whose question is meant to be long.
        self.long: set[str] = set()

    def finish(self) -> None:
        """Check what only the whole file can tell: every reference leads to a prompt, of a kind that fits."""
        for reference, line in self.found_references:
            if self._here(reference) and reference.prompt not in self.lines:
                self.faults.unknown("no_such_prompt", line, reference.prompt, self.lines)
        for condition, line in self.found_conditions:
            reference = Reference.parse(condition.of)
            if self._here(reference) and reference.prompt in self._read:
                self._decides(self._read[reference.prompt], condition, line)
        for prompt in self._read.values():
            earlier = Reference.parse(prompt.default_from) if prompt.default_from else None
            other = self._read.get(earlier.prompt) if earlier and self._here(earlier) else None
            if other and (other.kind != prompt.kind or other.id == prompt.id):
                self.faults.add("other_kind_default", self.lines[prompt.id], id=prompt.id, other=other.id)

    def _here(self, reference: Reference) -> bool:
        return reference.template in ("", self.template)

    def _decides(self, prompt: Prompt, condition: Condition, line: int) -> None:
        """Check that a prompt's answer can decide what a condition asks."""
        known = KINDS[prompt.kind].answers(prompt)
        if not Reference.parse(condition.of).every and self.lines[prompt.id] > line:
            self.faults.add("decided_later", line, id=prompt.id)
        if condition.options and not known:
            self.faults.add("undecided_kind", line, id=prompt.id, kind=prompt.kind)
            return
        for option in condition.options:
            if option not in known:
                self.faults.unknown("no_such_answer", line, option, known)

    def condition(self, directive: Directive, option: str = "when") -> Condition | None:
        """Return what opens a section or a card, or closes a prompt; None where nothing has to."""
        words = directive.options.get(option)
        if words is None:
            return None
        try:
            condition = Condition.parse(words.text)
        except ValueError:
            self.faults.add("bad_condition", words.line, text=words.text.strip()[:SHOWN])
            return None
        reference = Reference.parse(condition.of)
        if reference.template == self.template and not reference.every:
            condition = replace(condition, of=reference.prompt)
        self.found_references.append((reference, words.line))
        self.found_conditions.append((condition, words.line))
        return condition

    def words(self, words: SourceText) -> str:
        """Return a text with ``{{ name }}`` written ``{name}``, as `fill` reads it."""
        lines = words.text.split("\n")
        return "\n".join(self._braces(text, line) for line, text in enumerate(lines, words.line))

    def _braces(self, text: str, line: int) -> str:
        """Read the braces of one line."""

        def put(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name in self.parameters:
                self.used.add(name)
                return "{" + name + "}"
            if ID.fullmatch(name):
                self.faults.unknown("unknown_parameter", line, name, self.parameters)
            else:
                self.faults.add("bad_braces", line, text=match[0][:SHOWN])
            return match[0]

        for match in re.finditer(r"(?<!\{)\{([a-z][a-z0-9_]*)\}(?!\})", text):
            if match[1] in self.parameters:
                self.faults.add("single_braces", line, name=match[1])
        if unclosed := re.search(r"\{\{(?![^{}]*\}\}|\{)", text):
            self.faults.add("bad_braces", line, text=text[unclosed.start() :][:SHOWN])
        return re.sub(r"\{\{([^{}]*)\}\}", put, text)

    def references(self, words: SourceText) -> tuple[str, ...]:
        """Read a comma list of references."""
        found = []
        for text in filter(None, (each.strip() for each in words.text.replace("\n", " ").split(","))):
            try:
                reference = Reference.parse(text)
            except ValueError:
                self.faults.add("bad_reference", words.line, text=text)
                continue
            self.found_references.append((reference, words.line))
            found.append(str(reference))
        return tuple(found)

    def _line(self, directive: Directive, option: str) -> str:
        """Return the text of an option: further lines go on where the one above ended."""
        words = directive.options.get(option, SourceText("", directive.line))
        return " ".join(self.words(words).split())

    def known_options(self, directive: Directive, known: Collection[str]) -> None:
        """Note options that a directive does not have."""
        for name, words in directive.options.items():
            if name not in known:
                self.faults.unknown("unknown_option", words.line, name, known)

    def prompt(self, directive: Directive) -> Prompt | None:
        """Return the prompt a directive asks; None where anything in it is wrong."""
        id, options, line = directive.argument, directive.options, directive.line
        before = len(self.faults.found)
        self.known_options(directive, PROMPT_OPTIONS)
        if not ID.fullmatch(id):
            self.faults.add("bad_prompt_id", line, id=id)
        elif id in self.lines:
            self.faults.add("prompt_twice", line, id=id, first=self.lines[id])
        self.lines.setdefault(id, line)
        question = self.words(directive.body)
        if not question.strip():
            self.faults.add("no_question", line, id=id)
        kind = self._line(directive, "kind") or "long-text"
        if kind not in KINDS:
            self.faults.unknown("unknown_kind", options["kind"].line, kind, KINDS)
        else:
            self._fits(directive, kind)
        low, high = self._end(directive, "low", 1), self._end(directive, "high", 5)
        if not low < high <= low + _MOST_STEPS:
            at = next((options[name].line for name in ("high", "low") if name in options), line)
            self.faults.add("bad_scale", at, low=low, high=high, most=_MOST_STEPS)
        prompt = Prompt(
            id=id,
            question=question,
            kind=kind,
            hint=self._line(directive, "hint"),
            required=self._flag(directive, "required"),
            audience=self._audience(directive),
            by=self._by(directive),
            options=self._options(options["options"]) if "options" in options else (),
            columns=self._columns(options["columns"]) if "columns" in options else (),
            low=low,
            high=high,
            low_label=self._line(directive, "low-label"),
            high_label=self._line(directive, "high-label"),
            recap=self.references(options["recap"]) if "recap" in options else (),
            default_from=self._one(directive, "default-from"),
            for_set=self._flag(directive, "for-set"),
            locked_when=self._lock(directive),
            later=self._one(directive, "later"),
            folded=self._flag(directive, "folded"),
        )
        if self._flag(directive, "long"):
            self.long.add(id)
        if len(self.faults.found) > before:
            return None
        return self._read.setdefault(id, prompt)

    def _one(self, directive: Directive, option: str) -> str:
        """Return the one reference of an option; ``later`` names another prompt of the same template."""
        words = directive.options.get(option)
        if words is None:
            return ""
        found = self.references(words)
        wrong = len(found) != 1 or Reference.parse(found[0]).every
        if wrong or (option == "later" and ("." in found[0] or found[0] == directive.argument)):
            self.faults.add(f"bad_{option.replace('-', '_')}", words.line, text=words.text.strip()[:SHOWN])
            return ""
        return found[0]

    def _lock(self, directive: Directive) -> str:
        """Return the condition that closes a prompt for changes: on an answer of the same workbook."""
        condition = self.condition(directive, "locked-when")
        if condition and not condition.here:
            words = directive.options["locked-when"]
            self.faults.add("locked_elsewhere", words.line, text=words.text.strip()[:SHOWN])
        return str(condition) if condition else ""

    def _fits(self, directive: Directive, kind: str) -> None:
        """Check that a prompt has the options its kind needs, and none of another kind."""
        for name, kinds in PROMPT_OPTIONS.items():
            if kinds and kind not in kinds and name in directive.options:
                self.faults.add("option_of_other_kind", directive.options[name].line, name=name, kinds=kinds, kind=kind)
        for name in ("options", "columns"):
            if kind in PROMPT_OPTIONS[name] and name not in directive.options:
                self.faults.add(f"no_{name}", directive.line, id=directive.argument, kind=kind)

    def _flag(self, directive: Directive, name: str) -> bool:
        words = directive.options.get(name)
        if words is None:
            return False
        flag = {"": True, "yes": True, "true": True, "no": False, "false": False}.get(words.text.strip().lower())
        if flag is None:
            self.faults.add("bad_flag", words.line, name=name, text=words.text.strip())
        return bool(flag)

    def _end(self, directive: Directive, name: str, default: int) -> int:
        words = directive.options.get(name)
        if words is None:
            return default
        if not re.fullmatch(r"-?[0-9]{1,4}", words.text.strip()):
            self.faults.add("bad_number", words.line, name=name, text=words.text.strip())
            return default
        return int(words.text)

    def _audience(self, directive: Directive) -> tuple[Audience, ...]:
        words = directive.options.get("audience")
        if words is None:
            return ("me", "set", "coach")
        named = {each.strip() for each in words.text.replace("\n", " ").split(",")}
        for name in sorted(named - set(AUDIENCES)):
            self.faults.unknown("unknown_audience", words.line, name, AUDIENCES)
        return tuple(each for each in AUDIENCES if each in named or each == "me")

    def _by(self, directive: Directive) -> Literal["learner", "coach"]:
        by = self._line(directive, "by") or "learner"
        if by not in ("learner", "coach"):
            self.faults.unknown("unknown_by", directive.options["by"].line, by, ("learner", "coach"))
            return "learner"
        return cast("Literal['learner', 'coach']", by)

    def _options(self, words: SourceText) -> tuple[Option, ...]:
        return self._labels(read_yaml(words, self.faults))

    def _labels(self, mapping: Mapping) -> tuple[Option, ...]:
        found = []
        for id, label in mapping.entries.items():
            line = mapping.lines[id]
            if not ID.fullmatch(id):
                self.faults.add("bad_option_id", line, id=id)
            elif not isinstance(label, SourceText) or not label.text.strip():
                self.faults.add("no_label", line, id=id)
            else:
                found.append(Option(id, self.words(label)))
        return tuple(found)

    def _columns(self, words: SourceText) -> tuple[Column, ...]:
        mapping = read_yaml(words, self.faults)
        columns = (self._column(id, mapping.entries[id], mapping.lines[id]) for id in mapping.entries)
        return tuple(column for column in columns if column)

    def _column(self, id: str, tree: SourceText | Mapping, line: int) -> Column | None:
        fields = {"label": tree} if isinstance(tree, SourceText) else tree.entries
        for name in set(fields) - {"label", "kind", "options"}:
            self.faults.unknown("unknown_option", line, name, ("label", "kind", "options"))
        label, kind, options = (
            fields.get("label"),
            fields.get("kind", SourceText("short-text", line)),
            fields.get("options"),
        )
        if not ID.fullmatch(id):
            self.faults.add("bad_option_id", line, id=id)
        elif not isinstance(label, SourceText) or not label.text.strip():
            self.faults.add("no_label", line, id=id)
        elif not isinstance(kind, SourceText) or kind.text not in CELL_KINDS:
            name = kind.text if isinstance(kind, SourceText) else "…"
            self.faults.unknown("unknown_column_kind", line, name, CELL_KINDS)
        elif ("options" in CELL_KINDS[kind.text].options) != isinstance(options, Mapping):
            self.faults.add("column_options", line, id=id)
        else:
            labels = self._labels(options) if isinstance(options, Mapping) else ()
            return Column(id=id, label=self.words(label), kind=kind.text, options=labels)
        return None
