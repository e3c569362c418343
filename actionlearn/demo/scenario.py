"""The scenario files of the example: what its people wrote, changed, shared and were asked, and when.

One YAML file per person or set, or of a list of people, in the order of their workbooks. What is said twice in later
sittings has a history; every scalar stays the text it is written as.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5

from ruamel.yaml import YAML

from actionlearn.answers import attachment_files, kinds, prompts
from actionlearn.answers.prompts import Prompt, Value
from actionlearn.store import shifted

#: How fast somebody thinks and types: seconds for each answer, and for each of its characters.
_THINKS, _TYPES = 35, 0.4


@dataclass(frozen=True)
class WorkSession:
    """Answers that were written one after the other, the first of them at an instant."""

    at: str
    by: str
    answers: dict[str, Any]

    def written(self, questions: Mapping[str, Prompt]) -> Iterator[tuple[str, Value, str]]:
        """Yield each answer as the store keeps it: prompt, value, when.

        Parameters
        ----------
        questions
            The prompts of the workbook, by id.

        Raises
        ------
        KeyError, AnswerError
            There is no such prompt, or it takes no such answer.
        """
        passed = 0.0
        for id, raw in self.answers.items():
            value = kinds.check(questions[id], _raw(questions[id], raw, f"{self.by}/{id}"))
            yield id, value, shifted(self.at, seconds=round(passed, 3))
            passed += _THINKS + _TYPES * len(str(raw))

    def asked(self, questions: Mapping[str, Prompt]) -> WorkSession:
        """Return what of it is asked: a folder of an earlier kit may hold workbooks that knew fewer questions."""
        return replace(self, answers={id: raw for id, raw in self.answers.items() if id in questions})


@dataclass(frozen=True)
class ScenarioComment:
    """What a coach said about an answer, or about the whole; and what the learner said to that."""

    at: str
    by: str
    says: str
    on: str | None = None
    is_draft: bool = False
    replies: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ScenarioShare:
    """One time that a workbook was shared."""

    at: str
    wants: str
    comments: tuple[ScenarioComment, ...] = ()
    verdict: tuple[str, str, Literal["agreed", "again"]] | None = None


@dataclass(frozen=True)
class ScenarioWorkbook:
    """A workbook that somebody lived with."""

    owner: str
    of_set: bool
    template: str
    number: int
    sittings: tuple[WorkSession, ...]
    shared: tuple[ScenarioShare, ...] = ()
    about: str = ""
    parameters: Mapping[str, str] | None = None

    @property
    def name(self) -> str:
        """What it is called, among all of the example."""
        return f"{self.owner}-{self.template}-{self.number}"

    def events(self) -> list[WorkSession | ScenarioShare]:
        """Return what was written and what was shared, in order."""
        return sorted([*self.sittings, *self.shared], key=lambda event: event.at)


def read(folder: Path) -> list[ScenarioWorkbook]:
    """Read every life of a folder: the people, then their sets."""
    found = [each for path in sorted(folder.glob("*.yaml")) for each in _read_file(path)]
    return sorted(found, key=lambda each: each.of_set)


def _read_file(path: Path) -> Iterator[ScenarioWorkbook]:
    raw = YAML(typ="base", pure=True).load(path.read_text("utf-8"))
    for life in raw if isinstance(raw, list) else [raw]:
        owner = life.get("person") or life["set"]
        for book in life["workbooks"]:
            template, number = book["workbook"].split()
            yield ScenarioWorkbook(
                owner=owner,
                of_set="set" in life,
                template=template,
                number=int(number),
                sittings=tuple(_sitting(each, owner) for each in book["sittings"]),
                shared=tuple(_sharing(each) for each in book.get("shared", ())),
                about=book.get("about", ""),
                parameters=book.get("parameters"),
            )


def _sitting(raw: dict[str, Any], owner: str) -> WorkSession:
    return WorkSession(instant_of(raw["at"]), raw.get("by", owner), raw["answers"])


def _sharing(raw: dict[str, Any]) -> ScenarioShare:
    verdict = raw.get("verdict")
    return ScenarioShare(
        at=instant_of(raw["at"]),
        wants=raw["wants"],
        comments=tuple(_remark(each) for each in raw.get("comments", ())),
        verdict=(instant_of(verdict["at"]), verdict["by"], verdict["says"]) if verdict else None,
    )


def _remark(raw: dict[str, Any]) -> ScenarioComment:
    replies = tuple((instant_of(each["at"]), each["says"]) for each in raw.get("replies", ()))
    return ScenarioComment(
        at=instant_of(raw["at"]),
        by=raw["by"],
        says=raw["says"],
        on=raw.get("on"),
        is_draft="held" in raw,
        replies=replies,
    )


def _attached(name: str) -> dict[str, Any]:
    """Return a file of the example as it stands in an answer."""
    content = attached(name)
    hash = sha256(content).hexdigest()
    return {"file": hash, "name": name, "size": len(content), "type": attachment_files.media_type(content, name)}


def attached(name: str) -> bytes:
    """Return what somebody of the example attached to an answer."""
    return (examples() / "autumn" / "lives" / "files" / name).read_bytes()


def examples() -> Path:
    """Return the folder of the examples: in the wheel, else beside the package."""
    inside = Path(str(files("actionlearn"))) / "examples"
    return inside if inside.is_dir() else inside.parents[1] / "examples"


def instant_of(text: str) -> str:
    """Return an instant to the minute in the form the store keeps."""
    return text.removesuffix("Z") + ":00.000Z"


def _raw(prompt: Prompt, raw: Any, key: str) -> Value:
    """Return what was written in the file in the shape of the prompt's kind."""
    if isinstance(raw, dict) and "not_yet" in raw:
        return prompts.NOT_YET
    if prompt.kind == "scale":
        return int(raw)
    if prompt.kind == "file":
        return [_attached(each) for each in raw]
    if prompt.kind != "table":
        value: Value = raw
        return value
    kinds = {column.id: column.kind for column in prompt.columns}
    return [
        {
            "row": str(uuid5(NAMESPACE_URL, f"actionlearn:demo:{key}/{number}")),
            "cells": {id: int(cell) if kinds.get(id) == "scale" else cell for id, cell in row.items()},
        }
        for number, row in enumerate(raw)
    ]
