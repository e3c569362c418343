"""Modules that are joined into one are one valid module, in which no name is given twice."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from actionlearn.server.rendering.assets import asset
from actionlearn.widgets.bundle import bundle, modules

PAGES = ("workbook.js", "desk.js", "office.js", "journey.js")


def folder(tmp_path: Path, **texts: str) -> tuple[Path, ...]:
    """Write modules."""
    for name, text in texts.items():
        (tmp_path / f"{name}.js").write_text(text, "utf-8")
    return (tmp_path,)


@pytest.mark.parametrize("name", ["prompt.js", "live.js", *PAGES])
def test_what_is_served_is_one_valid_module(name: str, tmp_path: Path) -> None:
    """Nothing is left to import, and a parser takes it."""
    found = asset(name)
    assert found
    text = found.body.decode()
    assert not re.search(r"^import\b", text, re.MULTILINE)
    assert len(re.findall(r"^export\b", text, re.MULTILINE)) == (name in {"prompt.js", "live.js"})
    if node := shutil.which("node"):
        (tmp_path / "joined.mjs").write_text(text, "utf-8")
        subprocess.run([node, "--check", tmp_path / "joined.mjs"], check=True)


def test_every_module_of_prompts_is_in_it() -> None:
    """None was forgotten, and what is needed comes first."""
    found = [path.name for path in modules("prompt.js")]
    everything = {path.name for path in modules("prompt.js")[0].parent.glob("*.js")}
    assert {*found, *(path.name for path in modules("live.js"))} == everything
    assert found[-1] == "prompt.js"
    assert found.index("small.js") < found.index("controls.js") < found.index("entry.js") < found.index("registry.js")


def test_what_nobody_imports_keeps_its_names_to_itself(tmp_path: Path) -> None:
    """Two pages' modules may both call something `main`."""
    made = folder(tmp_path, all='import "./a.js";\nimport "./b.js";\n', a="const main = 1;\n", b="const main = 2;\n")
    assert bundle("all.js", made).count("const main") == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("export function fill() {}\n", "named twice: fill"),
        ('import { fill as put } from "https://a.org/b.js";\n', "b.js: import"),
        ("const fill = 1;\nexport { fill };\n", "b.js: export"),
    ],
)
def test_what_cannot_be_joined_is_said(text: str, says: str, tmp_path: Path) -> None:
    """A clash of names, and an import or export in another way, stop it."""
    made = folder(tmp_path, a='import "./b.js";\nexport const fill = 1;\n', b=text)
    with pytest.raises(ValueError, match=says):
        bundle("a.js", made)


def test_a_missing_module_is_said(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(FileNotFoundError, match=r"gone\.js"):
        bundle("a.js", folder(tmp_path, a='import { x } from "./gone.js";\n'))
