"""Kinds of prompt: one record each, and every registry of what depends on a kind has them all."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from actionlearn.answers.kinds import CELL_KINDS, KINDS, Kind, check
from actionlearn.answers.prompts import Column, Option, Prompt
from actionlearn.template.prompts import PROMPT_OPTIONS
from actionlearn.widgets.controls import CELL_CONTROLS, CONTROLS

ROOT = Path(__file__).parents[2]

#: The ten types of interaction that xAPI has.
INTERACTIONS = {
    "true-false",
    "choice",
    "fill-in",
    "long-fill-in",
    "matching",
    "performance",
    "sequencing",
    "likert",
    "numeric",
    "other",
}

OPTIONS = (Option("a", "Alpha"), Option("b", "Beta"))


def documented() -> list[str]:
    """Return the kinds of which the reference says how they are stored."""
    text = (ROOT / "docs" / "reference.md").read_text("utf-8")
    rows = text.partition("| kind | stored as |\n|---|---|\n")[2].partition("\n\n")[0].splitlines()
    return [id for row in rows for id in re.findall(r"`([a-z-]+)`", row.split("|")[1])]


def keys_of(path: str, name: str) -> list[str]:
    """Return the keys of an object in a script, or the texts of a list."""
    text = (ROOT / "actionlearn" / path).read_text("utf-8")
    found = re.search(rf"^const {name} = (\{{\n(?P<object>.*?)^\}}|\[(?P<list>.*?)\]);", text, re.MULTILINE | re.DOTALL)
    assert found, f"{path} has no {name}"
    if found["list"]:
        return re.findall(r'"([\w-]+)"', found["list"])
    return re.findall(r'^  "?([a-z-]+)"?:', found["object"], re.MULTILINE)


def has_words(kind: Kind) -> bool:
    """Tell whether an answer of a kind can hold words."""
    return bool(kind.text_fields(Prompt("need", "What?", kind.id, columns=(Column("what", "What"),))))


#: Registry -> the kinds it has, and which kinds it has to have.
REGISTRIES: Mapping[str, tuple[Collection[str], Callable[[Kind], bool]]] = {
    "controls": (CONTROLS, lambda _: True),
    "cell controls": (CELL_CONTROLS, lambda kind: kind.cell is not None),
    "controls.js: READ": (keys_of("widgets/js/controls.js", "READ"), lambda _: True),
    "controls.js: WRITE": (keys_of("widgets/js/controls.js", "WRITE"), lambda _: True),
    "merge.js: TOGETHER": (keys_of("widgets/js/merge.js", "TOGETHER"), lambda _: True),
    "paste_rows.js: PASTE": (
        keys_of("server/static/workbook/paste_rows.js", "PASTE"),
        lambda kind: kind.cell is not None,
    ),
    "meeting.js: GROWING": (
        keys_of("server/static/workbook/meeting.js", "GROWING"),
        lambda kind: kind.growth is not None,
    ),
    "history.js: WITH_WORDS": (keys_of("server/static/workbook/history.js", "WITH_WORDS"), has_words),
    "the reference": (documented(), lambda _: True),
}


def missing(registry: str, kinds: Mapping[str, Kind]) -> set[str]:
    """Return the kinds that a registry lacks, and those it has though there is no such kind."""
    there, belongs = REGISTRIES[registry]
    return {id for id, kind in kinds.items() if belongs(kind)} ^ set(there)


@pytest.mark.parametrize("registry", REGISTRIES)
def test_a_registry_has_every_kind(registry):
    """Whatever is kept by kind elsewhere is kept for every kind it is for, and for no other."""
    assert missing(registry, KINDS) == set()


@pytest.mark.parametrize("registry", REGISTRIES)
def test_a_kind_that_a_registry_lacks_is_named(registry):
    """A kind that is added, able to do all that a kind can, is missed by each of them."""
    new = replace(KINDS["long-text"], id="drawing")
    assert missing(registry, {**KINDS, new.id: new}) == {"drawing"}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
def test_a_record_holds_together(kind):
    """A sample is an answer to its own prompt, in words and in one of the ten interactions there are."""
    prompt = Prompt(
        "need", "What?", kind.id, options=OPTIONS, columns=tuple(Column(k, k, k, OPTIONS) for k in CELL_KINDS)
    )
    value = check(prompt, kind.sample(prompt, "en"))
    assert value is not None
    assert isinstance(value, list) == kind.several
    assert kind.interaction in INTERACTIONS
    assert set(kind.options) <= set(PROMPT_OPTIONS)
    assert kind.effort(prompt).words + kind.effort(prompt).clicks > 0


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.growth], ids=lambda kind: kind.id)
def test_a_line_is_added_at_the_end(kind):
    """What was there stays, and what is added is an answer by itself."""
    prompt = Prompt("need", "What?", kind.id, columns=(Column("what", "What"),))
    sent = {"what": "More"} if kind.several else "More"
    before = check(prompt, kind.sample(prompt, "en"))
    line = check(prompt, kind.growth.line(sent))
    both = check(prompt, kind.growth.join(before, line))
    assert both[: len(before)] == before
    assert both[-len(line) :] == line
    assert check(prompt, kind.growth.join(None, line)) == line
