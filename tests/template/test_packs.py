"""Template packs: a package with an entry point, and the shipped templates by the same door."""

from __future__ import annotations

from pathlib import Path

import pytest

from actionlearn.errors import TemplateError
from actionlearn.notebook import read, to_notebook
from actionlearn.template import find, load, packs, shipped

TEMPLATE = """\
---
template: rounds
title: Rounds
version: 1
minutes: 5
---
```{prompt} by
:kind: date
When is the next round?
```

```{card} asking
:when: by
```
"""
ASKING = Path(__file__).parents[1] / "golden" / "cards" / "asking.md"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Put a folder on the path as pip would, with the packs that a test installs there."""
    monkeypatch.syspath_prepend(str(tmp_path))
    packs.packs.cache_clear()
    yield tmp_path
    packs.packs.cache_clear()


def install(site: Path, name: str, template: str = "rounds", target: str = "") -> Path:
    """Install a pack: its package, and what pip writes down of it."""
    folder = site / name / "templates" / "en"
    (folder / "cards").mkdir(parents=True)
    (site / name / "__init__.py").write_text("", "utf-8")
    (folder / f"{template}.md").write_text(TEMPLATE.replace("rounds", template), "utf-8")
    (folder / "cards" / "asking.md").write_bytes(ASKING.read_bytes())
    about = site / f"{name}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    (about / "entry_points.txt").write_text(f"[actionlearn.templates]\n{name} = {target or name}\n", "utf-8")
    return folder


def test_a_packs_template_is_found_like_a_shipped_one(site):
    """It is listed, found in every language, and builds its workbook with its card."""
    folder = install(site, "hospital_pack")
    assert shipped()["en"]["rounds"] == folder / "rounds.md"
    assert find("rounds", "pt") == folder / "rounds.md"
    contents = read(to_notebook(load(find("rounds"), views=())))
    assert [piece.cell_id for piece in contents.pieces] == ["by", "card-1"]
    assert "scope" in shipped()["en"]


def test_two_packs_with_the_same_template_are_refused_by_name(site):
    """Nobody has to guess which of the two was meant."""
    install(site, "hospital_pack")
    install(site, "school_pack")
    with pytest.raises(TemplateError) as caught:
        shipped()
    (fault,) = caught.value.faults
    assert (fault.values["one"], fault.values["other"]) == ("hospital_pack", "school_pack")


def test_a_pack_that_cannot_be_loaded_is_named(site):
    """What is wrong with it is said, with its name."""
    install(site, "hospital_pack", target="hospital_pack:nothing")
    with pytest.raises(TemplateError, match="bad_pack") as caught:
        shipped()
    assert caught.value.values["name"] == "hospital_pack"
