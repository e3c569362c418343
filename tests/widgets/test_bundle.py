"""Scripts and style sheets: each import leads to a file, and what is joined into one is valid, no name given twice."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from actionlearn.server.rendering.assets import STATIC, VENDOR, asset
from actionlearn.server.rendering.pages import html_folder
from actionlearn.widgets.bundle import WIDGETS, bundle, imports, modules

SCRIPTS = sorted(
    [*(WIDGETS / "js").glob("*.js"), *(path for path in STATIC.rglob("*.js") if VENDOR not in path.parents)]
)
SHEETS = sorted([*WIDGETS.glob("*.css"), *STATIC.rglob("*.css")])
_STATIC = re.compile(r'(?:static|inline)\("([^"]+)"\)')

_EXPORTED = re.compile(r"^export (?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)

#: What pages ask for, and what widgets are made of.
ASKED = sorted({name for path in html_folder().rglob("*.html") for name in _STATIC.findall(path.read_text("utf-8"))})
WIDGET_SCRIPTS = [WIDGETS / "js" / "prompt.js", WIDGETS / "js" / "live.js"]
ENTRIES = [*WIDGET_SCRIPTS, *(STATIC / name for name in ASKED if (STATIC / name) in SCRIPTS)]


def inside(path: Path) -> str:
    """Return a path as it is seen from the package."""
    return str(path.relative_to(WIDGETS.parent))


def folder(tmp_path: Path, **texts: str) -> Path:
    """Write modules."""
    for name, text in texts.items():
        (tmp_path / f"{name}.js").write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize("path", [*SCRIPTS, *SHEETS], ids=inside)
def test_each_import_leads_to_a_file_of_ours(path: Path) -> None:
    """From where the file stands, as an editor would follow it."""
    assert set(imports(path)) <= {each.resolve() for each in [*SCRIPTS, *SHEETS]}
    assert len(imports(path)) == len(re.findall(r"^@?import\b", path.read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", ASKED)
def test_what_a_page_asks_for_is_there(name: str) -> None:
    """Each script, style sheet and picture."""
    assert asset(name)


@pytest.mark.parametrize("entry", ENTRIES, ids=inside)
def test_what_is_joined_is_one_valid_module(entry: Path, tmp_path: Path) -> None:
    """Nothing is left to import, and a parser takes it."""
    text = bundle(entry)
    assert not re.search(r"^import\b", text, re.MULTILINE)
    assert len(re.findall(r"^export\b", text, re.MULTILINE)) == (entry in WIDGET_SCRIPTS)
    if node := shutil.which("node"):
        (tmp_path / "joined.mjs").write_text(text, "utf-8")
        subprocess.run([node, "--check", tmp_path / "joined.mjs"], check=True)


def test_no_two_scripts_export_one_name() -> None:
    """Whatever is joined next: a word means one thing in all of them."""
    names = [name for path in SCRIPTS for name in _EXPORTED.findall(path.read_text("utf-8"))]
    assert sorted(names) == sorted(set(names))


def test_every_file_is_in_what_some_page_asks_for() -> None:
    """None was forgotten."""
    pages = {each for name in ASKED if name.endswith((".js", ".css")) for each in modules(STATIC / name)}
    widgets = {each for entry in WIDGET_SCRIPTS for each in modules(entry)}
    everything = {each.resolve() for each in [*SCRIPTS, *SHEETS]}
    assert everything <= pages | widgets


def test_what_is_needed_comes_first() -> None:
    """A class cannot be extended, nor a constant read, before it is there."""
    found = [path.name for path in modules(WIDGETS / "js" / "prompt.js")]
    assert found[-1] == "prompt.js"
    order = ["values.js", "controls.js", "prompt_state.js", "registry.js"]
    assert sorted(order, key=found.index) == order


def test_a_style_sheet_comes_after_those_it_builds_on() -> None:
    """Its own rules are the last word."""
    found = asset("workbook/workbook.css")
    assert found
    text = found.body.decode()
    assert text.index("--al-paper: ") < text.index(".button {") < text.index(".al-prompt,") < text.index(".wb-text {")
    assert "@import" not in text


@pytest.mark.parametrize(
    "name", ["vendor/README.md", "../html/layout.html", "workbook", "no.js", "../../widgets/js/prompt.js"]
)
def test_nothing_else_is_served(name: str) -> None:
    """Not what is beside the files of pages, and not what stands elsewhere."""
    assert asset(name) is None


def test_what_nobody_imports_keeps_its_names_to_itself(tmp_path: Path) -> None:
    """Two pages' modules may both call something `main`."""
    made = folder(tmp_path, all='import "./a.js";\nimport "./b.js";\n', a="const main = 1;\n", b="const main = 2;\n")
    assert bundle(made / "all.js").count("const main") == 2


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
        bundle(made / "a.js")


def test_a_missing_module_is_said(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(FileNotFoundError, match=r"gone\.js"):
        bundle(folder(tmp_path, a='import { x } from "./gone.js";\n') / "a.js")
