"""Notebooks: the same template gives the same bytes, and what was put in can be read back."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from actionlearn import i18n
from actionlearn import notebook as notebooks
from actionlearn.answers.prompts import Column, Option, Prompt
from actionlearn.errors import TemplateError
from actionlearn.notebook import (
    LivePiece,
    PromptPiece,
    Text,
    ViewPiece,
    dumps,
    escape_markdown,
    fill,
    fill_markdown,
    make_prompt,
    parameter_values,
    read,
    to_notebook,
)
from actionlearn.template import LiveCell, Parameter, Prose, Template, View, load, parse, shipped
from actionlearn.views import VIEWS

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parents[1] / "golden" / "workbook.ipynb"

SOURCE = '''\
---
template: scope
title: What needs to change?
version: 2
minutes: 10
stage: scope
summary: Find the one thing.
parameters:
  organisation: {default: your organisation}
  firstname: {default: you}
---
Start from the work, {{ firstname }}, at "{{ organisation }}".

```{prompt} need
:required:
:hint: Small is good at {{ organisation }}.
What needs to change at {{ organisation }}, "really"?
```

Nothing {organised} here: 100 % \\LaTeX and """quotes""".

```{prompt} actions
:kind: table
:audience: me, set
:recap: need, plan.aim
:columns:
    what: What will you do, {{ firstname }}?
    state: {label: State, kind: choice, options: {open: Not yet, done: Done}}
What will you do first?
```

```{view} recap
:of: need, plan.aim
```

```{code-cell}
import math

live(math.floor, of=["need"])
```
'''

HOSTILE = [
    "<script>alert(1)</script>",
    "**bold** _it_ `code` [a](javascript:alert(1)) ![i](x)",
    "{theme} {{ theme }} {organisation.__class__}",
    "# Heading",
    "a\n\n# Heading\n- list",
    "1. one",
    "&lt;b&gt; &amp;",
    "| a | b |\n|---|---|",
    "http://example.org www.example.org a@b.org",
    "\\*not\\*",
    "~~gone~~ --- *** :::",
    '"; import os #',
    "'''",
    "Conceição & Filhos, Lda.",
    "تعلم",
]


def template(source: str = SOURCE) -> Template:
    """Read the template of these tests."""
    return parse(source, views=("recap", "steps"))


def test_a_notebook_is_the_one_we_know():
    """The golden file: every byte of a notebook is meant."""
    text = dumps(to_notebook(template(), {"organisation": "Hospital do Rio"}))
    assert text == GOLDEN.read_text("utf-8"), "a notebook changed; look at it, then write the golden file again"


def test_a_notebook_is_valid_and_its_code_is_python():
    """It is valid nbformat, each code cell parses, ids are the prompts' ids."""
    notebook = to_notebook(template())
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)
    assert [cell.id for cell in notebook.cells] == [
        *("cell-parameters", "cell-open", "text-1", "need", "text-2", "actions", "view-1", "live-1"),
    ]
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.actionlearn.template_hash == template().hash


def test_a_notebook_is_read_back_as_it_was_meant():
    """Parameters are put in: escaped in Markdown, plain in prompts."""
    contents = read(to_notebook(template(), {"organisation": "Rio & *Mar*"}))
    assert (contents.title, contents.template, contents.version) == ("What needs to change?", "scope", 2)
    assert (contents.locale, contents.stage, contents.minutes) == ("en", "scope", 10)
    assert contents.template_hash == template().hash
    assert contents.parameters == {"organisation": "Rio & *Mar*", "firstname": "you"}
    opening, need, plain, actions, view, live = contents.pieces
    assert opening == Text("text-1", 'Start from the work, you, at "Rio &#38; &#42;Mar&#42;".')
    assert isinstance(need, PromptPiece)
    assert need.prompt == Prompt(
        "need", 'What needs to change at Rio & *Mar*, "really"?', hint="Small is good at Rio & *Mar*.", required=True
    )
    assert plain == Text("text-2", 'Nothing {organised} here: 100 % \\LaTeX and """quotes""".')
    assert isinstance(actions, PromptPiece)
    assert actions.prompt.columns == (
        Column("what", "What will you do, you?"),
        Column("state", "State", "choice", (Option("open", "Not yet"), Option("done", "Done"))),
    )
    assert (actions.prompt.audience, actions.prompt.recap) == (("me", "set"), ("need", "plan.aim"))
    assert view == ViewPiece("view-1", "recap", ("need", "plan.aim"), {})
    assert live == LivePiece("live-1", 'import math\n\nlive(math.floor, of=["need"])', ("need",))
    assert contents.has_live
    assert list(contents.prompts) == ["need", "actions"]


def test_what_papermill_injects_wins():
    """What papermill put in stands in the questions; what is no literal is passed over."""
    notebook = to_notebook(template())
    source = '# Parameters\norganisation = "5"\nfirstname = "Zé"\nworkbook = "w"\nother = open("x")\n'
    injected = nbformat.from_dict(
        {"cell_type": "code", "id": "injected", "metadata": {"tags": ["injected-parameters"]}, "source": source}
    )
    notebook.cells.insert(1, injected)
    assert parameter_values(notebook) == {"workbook": "w", "submission": "", "organisation": "5", "firstname": "Zé"}
    contents = read(notebook)
    assert contents.prompts["need"].question == 'What needs to change at 5, "really"?'
    assert contents.parameters == {"organisation": "5", "firstname": "Zé"}


def test_a_value_that_does_not_fit_is_refused_with_all_others():
    """Before papermill sees them: kinds, lengths and names are checked, every fault at once."""
    source = SOURCE.replace("firstname: {default: you}", "firstname: {kind: date, default: 2025-03-01}")
    given_values = {"organisation": "x" * 2000, "firstname": "soon", "organisatoin": "x", "zzz": "x"}
    with pytest.raises(TemplateError) as caught:
        to_notebook(template(source), given_values)
    assert [fault.code.removeprefix("template.") for fault in caught.value.faults] == [
        *("parameter_value", "parameter_value", "no_such_parameter_near", "no_such_parameter"),
    ]
    assert "Did you mean “organisation”?" in i18n.error_text(caught.value)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", "  A\nB\x00C ", "A B C"),
        ("text", "", ""),
        ("number", "12,50", "12.50"),
        ("number", "010", "10"),
        ("date", "2026-02-28", "2026-02-28"),
        ("number", "", ""),
        ("number", "1_000", None),
        ("number", "many", None),
        ("date", "2026-02-30", None),
        ("date", "28.02.2026", None),
    ],
)
def test_a_parameter_takes_values_of_its_kind(kind, raw, value):
    """Text on one line, a decimal number, a real date."""
    parameter = Parameter("theme", kind, "x")
    if value is None:
        with pytest.raises(TemplateError, match="parameter_value"):
            parameter.check(raw)
    else:
        assert parameter.check(raw) == value


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_value_in_markdown_is_only_ever_text(hostile):
    """What a roster's cell says is shown as it is, in any Markdown reader, with every extension on."""
    reader = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    shown = reader.parse(fill_markdown("{organisation}", {"organisation": hostile}))
    assert [token.type for token in shown] == ["paragraph_open", "inline", "paragraph_close"]
    inner = shown[1].children or []
    assert {token.type for token in inner} <= {"text", "text_special"}
    assert "".join(token.content for token in inner) == " ".join(hostile.split())


@settings(deadline=None)
@given(st.text())
def test_no_value_at_all_becomes_markup(value):
    """The same for whatever can be typed."""
    escaped = escape_markdown(value)
    assert not set(escaped) & set("<>*_`[]()!|~\\\"'{}\n\r")
    tokens = MarkdownIt("commonmark").parse(f"x {escaped} x")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]


def test_fill_puts_names_in_once_and_reads_no_attributes():
    """A value that looks like a parameter stays as it is; so does every other brace."""
    values = {"organisation": "{theme} {organisation}", "theme": "T"}
    assert fill("{organisation}, {theme}, {other}, {theme.x}, {theme!r}, {0}, {}, {{", values) == (
        "{theme} {organisation}, T, {other}, {theme.x}, {theme!r}, {0}, {}, {{"
    )


def test_a_call_that_makes_no_prompt_is_refused():
    """A prompt of a kind there is not, for readers there are not."""
    for arguments in ({"id": "Q"}, {"id": "q", "kind": "x"}, {"id": "q", "audience": ("all",)}):
        with pytest.raises(ValueError):
            make_prompt(**{"question": "Q?", **arguments})


@pytest.mark.parametrize(
    "source",
    ["prompt(print('x'), 'Q?')", "prompt('q', 'Q?', kind=open('x'))", "prompt('Q', 'Q?')", "view()", "prose(*names)"],
)
def test_a_cell_that_cannot_be_read_is_named(source):
    """Nothing is executed: a call with anything but plain values is refused by the name of its cell."""
    notebook = to_notebook(template())
    notebook.cells[3].source = source
    with pytest.raises(TemplateError) as caught:
        read(notebook)
    assert caught.value.values["cell"] == "need"


def test_a_notebook_of_somebody_else_is_refused():
    """A notebook that opens no workbook is none."""
    with pytest.raises(TemplateError, match="not_a_workbook"):
        read(nbformat.v4.new_notebook())


def test_other_code_in_a_workbook_is_a_live_cell():
    """Somebody added a cell in JupyterLab: it needs a kernel, with or without `live`, Python or not."""
    notebook = to_notebook(template())
    for source in ("%matplotlib inline", "x = 1", "prompt('a', 'A?')\nprint(1)"):
        notebook.cells.append(nbformat.from_dict({"cell_type": "code", "id": "x", "metadata": {}, "source": source}))
    added = read(notebook).pieces[-3:]
    assert all(isinstance(piece, LivePiece) and piece.of == () for piece in added)


LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), min_size=1).filter(str.strip)
IDS = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
PROMPTS = st.builds(
    Prompt,
    id=IDS,
    question=LINE,
    kind=st.sampled_from(["short-text", "long-text", "number", "date", "scale"]),
    hint=st.text(),
    required=st.booleans(),
    low=st.integers(-5, 0),
    high=st.integers(1, 9),
    low_label=st.text(),
    recap=st.lists(IDS, max_size=2).map(tuple),
    options=st.lists(st.builds(Option, IDS, LINE), max_size=3, unique_by=lambda option: option.id).map(tuple),
    columns=st.lists(st.builds(Column, IDS, LINE), max_size=3, unique_by=lambda column: column.id).map(tuple),
)
BLOCKS = st.lists(
    st.one_of(
        PROMPTS,
        st.builds(Prose, LINE),
        st.builds(View, st.just("recap"), st.lists(IDS, min_size=1, max_size=2).map(tuple)),
        st.just(LiveCell("x = 1")),
    ),
    max_size=6,
    unique_by=lambda block: block.id if isinstance(block, Prompt) else object(),
)


@settings(deadline=None, max_examples=80)
@given(BLOCKS, LINE)
def test_whatever_is_put_into_a_notebook_comes_out_of_it(blocks, value):
    """Template to notebook to file and back: the same prompts, words and order; the same bytes."""
    made = Template(
        id="t",
        title=value,
        version=1,
        minutes=5,
        stage="scope",
        summary="s",
        locale="en",
        parameters=(Parameter("an_organisation", "text", "x"),),
        blocks=(*blocks, Prose("At {an_organisation}", ("an_organisation",))),
        hash="h",
    )
    text = dumps(to_notebook(made, {"an_organisation": value[:900]}))
    assert text == dumps(to_notebook(made, {"an_organisation": value[:900]}))
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    contents = read(notebook)
    *pieces, last = contents.pieces
    assert contents.title == value
    assert last == Text(last.cell_id, "At " + escape_markdown(Parameter("x").check(value[:900])))
    assert len(pieces) == len(blocks)
    for block, piece in zip(blocks, pieces, strict=True):
        if isinstance(block, Prompt):
            assert isinstance(piece, PromptPiece)
            assert piece.prompt == block
        elif isinstance(block, Prose):
            assert piece == Text(piece.cell_id, block.text)
        elif isinstance(block, View):
            assert piece == ViewPiece(piece.cell_id, block.name, block.of)


@pytest.mark.parametrize(
    ("locale", "id"), [(locale, id) for locale, templates in shipped().items() for id in templates], ids=str
)
def test_the_shipped_workbooks_are_the_shipped_templates(locale, id):
    """workbooks/ holds each template with its default parameters; `scripts/workbooks` makes them again."""
    file = ROOT / "workbooks" / ("" if locale == "en" else locale) / f"{id}.ipynb"
    made = dumps(to_notebook(load(shipped()[locale][id], views=VIEWS)))
    assert file.read_text("utf-8") == made, "run scripts/workbooks"


def test_there_are_no_other_workbooks():
    """A template that was taken away leaves no workbook behind."""
    expected = {f"{'' if loc == 'en' else loc + '/'}{id}.ipynb" for loc, ids in shipped().items() for id in ids}
    assert {
        path.relative_to(ROOT / "workbooks").as_posix() for path in (ROOT / "workbooks").rglob("*.ipynb")
    } == expected


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"nbformat": 4, "cells": {}}', '"cells"'])
def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path, text: str):
    """Whatever JSON it is, or none."""
    (tmp_path / "no.ipynb").write_text(text, "utf-8")
    with pytest.raises(ValueError):
        notebooks.load(tmp_path / "no.ipynb")


def test_the_same_cells_with_other_parameters_are_other_words():
    """What is read once for many keeps the values of each apart."""
    node = to_notebook(template(), {"organisation": "Rio"})
    other = to_notebook(template(), {"organisation": "Mar"})
    assert "Rio" in str(read(node).pieces)
    assert "Rio" not in str(read(other).pieces)
