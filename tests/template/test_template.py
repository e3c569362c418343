"""Templates: what an author writes is read as written, and everything wrong with it is said at once."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionlearn import i18n
from actionlearn.answers.prompts import Column, Option, Prompt
from actionlearn.errors import Fault, TemplateError
from actionlearn.template import LiveCell, Prose, Template, View, find, load, parse, shipped

VIEWS = ("recap", "steps")
ASKING = Path(__file__).parents[1] / "golden" / "cards" / "asking.md"

HEADER = """\
---
template: scope
title: What needs to change?
version: 2
minutes: 10
stage: scope
summary: Find the one thing.
---
"""

WHOLE = """\
---
template: scope
title: What needs to change?
version: 2
minutes: 10
stage: scope
summary: Find the one thing.
parameters:
  organisation: {kind: text, default: your organisation, label: "Organisation, as people say it"}
  begins: {kind: date, default: 2025-03-01}
---
Start from the work at **{{ organisation }}**, from {{begins}}.

```{prompt} need
:required:
:audience: me, coach
:hint: Small is
   good at {{ organisation }}.
What needs to change at {{ organisation }}?

Who says so?
```

```{prompt} actions
:kind: table
:audience: me, set, coach
:recap: need, scope*.need, plan.aim
:columns:
    what: What you will do
    by: {label: By when, kind: date}
    state: {label: State, kind: choice, options: {open: Not yet, done: Done}}
What will you do first?
```

```{prompt} sure
:kind: scale
:low: 0
:high: 10
:low-label: Not at all
:high-label: Fully
:by: coach
How sure are you?
```

~~~{view} recap
:of: need, plan.aim
~~~

```{code-cell} python
:id: chart
def count(need):
    return len(need or "")

live(count, of=["need"])
```

No parameter {here}.
"""


def read(text: str) -> Template:
    """Read a text, with two views and a card to know."""
    return parse(text, views=VIEWS, cards={"asking": ASKING})


def faults(text: str) -> list[tuple[int | None, str]]:
    """Return line and code of all that is wrong with a text."""
    with pytest.raises(TemplateError) as caught:
        read(text)
    assert caught.value.code == "template.faults"
    return [(fault.line, fault.code.removeprefix("template.")) for fault in caught.value.faults]


def said(text: str) -> str:
    """Return what the author is told."""
    with pytest.raises(TemplateError) as caught:
        read(text)
    return i18n.error_text(caught.value)


def test_a_template_is_read_as_its_author_wrote_it():
    """Fields, parameters, prose, prompts, views and live cells come out in order."""
    template = read(WHOLE)
    assert (template.id, template.title, template.version, template.minutes) == (
        "scope",
        "What needs to change?",
        2,
        10,
    )
    assert (template.stage, template.locale, template.summary) == ("scope", "en", "Find the one thing.")
    assert [(p.name, p.kind, p.default, p.label) for p in template.parameters] == [
        ("organisation", "text", "your organisation", "Organisation, as people say it"),
        ("begins", "date", "2025-03-01", "Begins"),
    ]
    prose, need, actions, sure, view, cell, last = template.blocks
    assert prose == Prose("Start from the work at **{organisation}**, from {begins}.", ("organisation", "begins"))
    assert need == Prompt(
        "need",
        "What needs to change at {organisation}?\n\nWho says so?",
        required=True,
        audience=("me", "coach"),
        hint="Small is good at {organisation}.",
    )
    assert isinstance(actions, Prompt)
    assert actions.recap == ("need", "scope*.need", "plan.aim")
    assert actions.columns == (
        Column("what", "What you will do"),
        Column("by", "By when", "date"),
        Column("state", "State", "choice", (Option("open", "Not yet"), Option("done", "Done"))),
    )
    assert isinstance(sure, Prompt)
    assert (sure.low, sure.high, sure.low_label, sure.high_label, sure.by) == (0, 10, "Not at all", "Fully", "coach")
    assert view == View("recap", ("need", "plan.aim"))
    assert isinstance(cell, LiveCell)
    assert (cell.id, cell.of) == ("chart", ("need",))
    assert cell.source.startswith("def count")
    assert last == Prose("No parameter {here}.")
    assert (template.prompts, template.views, template.live_cells) == ((need, actions, sure), (view,), (cell,))


@pytest.mark.parametrize(
    "text", ["no", "yes", "2025-03-01", "1_000", "010", "~", "null", "1e3", "0x1F", "true", "12:30"]
)
def test_yaml_never_turns_text_into_something_else(text):
    """A scalar that YAML would take for a number, a date or a boolean stays the text it is."""
    quoted = repr(text) if ":" in text else text
    header = HEADER.replace("What needs to change?", text)[:-4] + f"parameters: {{theme: {{default: {quoted}}}}}\n---\n"
    question = f"```{{prompt}} q\n:kind: choice\n:options:\n  no: {quoted}\n  b: B\nAbout {{{{ theme }}}}?\n```\n"
    template = read(header + question)
    assert template.title == text
    assert template.parameters[0].default == text
    assert template.prompts[0].options[0] == Option("no", text)


def test_line_ends_and_a_byte_order_mark_change_nothing():
    """A file saved on Windows is the same template, hash and all."""
    windows = "\ufeff" + WHOLE.replace("\n", "\r\n")
    assert read(windows) == read(WHOLE)


def test_every_fault_of_a_file_is_said_at_once():
    """One report has them all, by line, each with what to write instead."""
    text = HEADER.replace("stage: scope", "stage: scpe") + (
        "Hello {{ organisatoin }}\n"  # 9
        "\n"
        "```{prompt} Need\n"  # 11
        ":kind: lnog-text\n"
        "Q?\n"
        "```\n"
        "```{prompt} need\n"  # 15
        ":audience: me, everybody\n"
        ":hnit: x\n"
        "```\n"
        "```{prompt} need\n"  # 19
        "Q?\n"
        "```\n"
        "```{view} recpa\n"  # 22
        ":of: need, ned, plan.aim, 1.x\n"
        "```\n"
        "```{card} asking-well\n"  # 25
        "```\n"
        "```{code-cell}\n"  # 27
        "x = 1\n"
        "y = (\n"
        "```\n"
    )
    assert faults(text) == [
        (6, "unknown_stage_near"),
        (9, "unknown_parameter"),
        (11, "bad_prompt_id"),
        (12, "unknown_kind_near"),
        (15, "no_question"),
        (16, "unknown_audience"),
        (17, "unknown_option_near"),
        (19, "prompt_twice"),
        (22, "unknown_view_near"),
        (23, "bad_reference"),
        (23, "no_such_prompt_near"),
        (25, "unknown_card_near"),
        (29, "syntax"),
    ]
    report = said(text)
    assert "12: There is no kind of prompt “lnog-text”. Did you mean “long-text”?" in report
    assert "22: There is no view “recpa”. Did you mean “recap”?" in report


@pytest.mark.parametrize(
    ("field", "line", "offset", "code"),
    [
        ("template: Scope!", 2, 0, "bad_template_id"),
        ("title: ", 3, 0, "empty_field"),
        ("title: {a: b}", 3, 0, "field_is_no_text"),
        ("title: For {{ organisation }}", 3, 0, "parameter_in_field"),
        ("version: 010", 4, 0, "bad_count"),
        ("minutes: 1_0", 5, 0, "bad_count"),
        ("minuets: 10", 5, 0, "unknown_field_near"),
        ("locale: p", 5, 0, "bad_locale"),
        ("stage: later", 6, 0, "unknown_stage"),
        ("summary: [a, b]", 7, 0, "yaml_list"),
        ("summary: &x a", 7, 0, ""),
        ("summary: a: b", 7, 0, "yaml"),
        ("summary: 'a", 7, 0, "yaml"),
        ("title: a\ntitle: b", 3, 1, "yaml_twice"),
        ("? [a]\n: b", 3, 0, "yaml_key"),
    ],
)
def test_a_wrong_field_is_named_with_its_line(field, line, offset, code):
    """Front matter: unknown, empty, doubled, no text, no YAML."""
    lines = HEADER.split("\n")
    lines[line - 1 : line] = field.split("\n")
    text = "\n".join(lines) + "Hello.\n"
    if code:
        assert (line + offset, code) in faults(text)
    else:
        assert read(text).summary == "a"


def test_a_template_may_leave_out_its_stage_and_summary():
    """The stage is the template's own name where that is one; a summary may be missing."""
    text = "\n".join(line for line in HEADER.splitlines() if not line.startswith(("stage", "summary")))
    read_back = read(text + "\n```{prompt} need\nWhat needs to change?\n```\n")
    assert (read_back.stage, read_back.summary) == (read_back.id, "")


def test_missing_fields_are_each_named():
    """What the front matter needs and has not is named, each field by itself."""
    text = "---\ntitle: x\n---\nHello.\n"
    assert [code for _, code in faults(text)] == ["missing_field"] * 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(1, "empty")]),
        ("\ufeff \n\n", [(1, "empty")]),
        ("a\x00b", [(1, "not_text")]),
        ("a\n\ud800", [(2, "not_text")]),
        ("x" * 500_001, [(1, "too_big")]),
        (HEADER, [(9, "no_body")]),
        ("---\ntemplate: scope\n", [(1, "open_front_matter")]),
        ("# A list of things\n", [(1, "no_front_matter")]),
        ("---\ntemplate: scope\ntitle: a: b\n---\nHello.\n", [(3, "yaml")]),
    ],
)
def test_a_file_that_is_no_template_gets_a_clear_fault(text, expected):
    """Empty, binary, huge, nothing but a header, or none that can be read: what could not be read misses no field."""
    assert faults(text) == expected


@pytest.mark.parametrize(
    ("parameter", "code"),
    [
        ("class: {default: x}", "reserved_parameter"),
        ("workbook: {default: x}", "reserved_parameter"),
        ("hint: {default: x}", "reserved_parameter"),
        ("my-org: {default: x}", "bad_parameter"),
        ("2nd: {default: x}", "bad_parameter"),
        ("Ⅷ: {default: x}", "bad_parameter"),
        ("__import__: {default: x}", "bad_parameter"),
        ("theme: {kind: text}", "no_default"),
        ("theme: {kind: date, default: tomorrow}", "parameter_value"),
        ("theme: {kind: number, default: 1_000}", "parameter_value"),
        ("theme: {kind: txet, default: x}", "unknown_parameter_kind_near"),
        ("theme: {default: x, lable: y}", "unknown_parameter_field_near"),
        ("theme: just text", "parameter_is_no_mapping"),
        ("theme: {default: x}", "unused_parameter"),
    ],
)
def test_a_wrong_parameter_is_named(parameter, code):
    """Papermill pastes parameters into code: only plain names of ours get there."""
    text = HEADER[:-4] + f"parameters:\n  {parameter}\n---\nHello.\n"
    assert (9, code) in faults(text)


@pytest.mark.parametrize(
    ("body", "line", "code"),
    [
        ("```{prompt} q\n:kind: choice\nQ?\n```", 9, "no_options"),
        ("```{prompt} q\n:kind: table\nQ?\n```", 9, "no_columns"),
        ("```{prompt} q\n:low: 2\nQ?\n```", 10, "option_of_other_kind"),
        ("```{prompt} q\n:kind: scale\n:low: 9\nQ?\n```", 11, "bad_scale"),
        ("```{prompt} q\n:kind: scale\n:low: ten\nQ?\n```", 11, "bad_number"),
        ("```{prompt} q\n:required: perhaps\nQ?\n```", 10, "bad_flag"),
        ("```{prompt} q\n:hint: a\n:hint: b\nQ?\n```", 11, "option_twice"),
        ("```{prompt} q\n:kind: choice\n:options:\n  1st: a\nQ?\n```", 12, "bad_option_id"),
        ("```{prompt} q\n:kind: choice\n:options:\n  a: b: c\nQ?\n```", 12, "yaml"),
        ("```{prompt} q\n:kind: choice\n:options:\n  a:\nQ?\n```", 12, "no_label"),
        ("```{prompt} q\n:kind: choice\n:options: a\nQ?\n```", 11, "no_mapping"),
        ("```{prompt} q\n:kind: table\n:columns:\n  a: {label: A, kind: table}\nQ?\n```", 12, "unknown_column_kind"),
        ("```{prompt} q\n:kind: table\n:columns:\n  a: {label: A, kind: choice}\nQ?\n```", 12, "column_options"),
        ("```{prompt} q\n:recap: other\nQ?\n```", 10, "no_such_prompt"),
        ("```{prompt} q\n:recap: scope.other\nQ?\n```", 10, "no_such_prompt"),
        ("```{prompt} q\nQ?", 9, "open_directive"),
        ("````{prompt} q\nQ?\n```", 9, "open_directive"),
        ("- ```{prompt} q\n  Q?\n  ```", 9, "nested_directive"),
        (":::{prompt} q\nQ?\n:::", 9, "colon_fence"),
        ("```{promt} q\nQ?\n```", 9, "unknown_directive_near"),
        ("```{prompt q\nQ?\n```", 9, "bad_directive"),
        ("```{view} recap\n```", 9, "view_of_nothing"),
        ("```{code-cell}\n```", 9, "empty_cell"),
        ("```{code-cell}\n%matplotlib inline\n```", 10, "syntax"),
        ("```{code-cell}\nx = 1\nlive(print, of=names)\n```", 11, "bad_live"),
        ("```{code-cell}\nlive(print, of=['nobody'])\n```", 10, "no_such_prompt"),
        ("a\n\n{{ a.b }}", 11, "bad_braces"),
        ("a\n{{ theme }", 10, "bad_braces"),
        ("a\n{{{ the {theme} }}", 10, "bad_braces"),
    ],
)
def test_a_wrong_directive_is_named_with_its_line(body, line, code):
    """Each thing an author can get wrong between two fences has its line and its sentence."""
    found = faults(HEADER + body + "\n")
    assert (line, code) in found


def test_single_braces_around_a_parameter_are_noticed():
    """`{organisation}` would be filled in as well, so it is asked for in its one proper form."""
    text = WHOLE.replace("No parameter {here}.", "At {organisation}.")
    assert faults(text) == [(text.split("\n").index("At {organisation}.") + 1, "single_braces")]


def test_references_to_other_templates_are_taken_if_they_are_well_formed():
    """Another template's prompts are not known here."""
    body = "```{view} steps\n:of: plan.actions, experiment*.result\n```\n"
    assert read(HEADER + body).views[0].of == ("plan.actions", "experiment*.result")


def test_a_yaml_bomb_is_refused_at_once():
    """Aliases are not followed."""
    bomb = "a: &a {x: y}\nb: &b {x: *a, y: *a}\n"
    assert "yaml_alias" in [code for _, code in faults("---\n" + bomb + "---\nHello.\n")]
    assert "yaml" in [code for _, code in faults("---\na: " + "[" * 5000 + "\n---\nHello.\n")]


def test_every_fault_has_words_for_people():
    """No code is raised that nobody wrote a sentence for, and every sentence has its values."""
    package = Path(i18n.__file__).parents[1]
    codes: set[str] = set()
    for name in ("source", "front_matter", "prompts", "directives", "__init__"):
        tree = ast.parse((package / "template" / f"{name}.py").read_text("utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args):
            first = call.args[0]
            noted = isinstance(call.func, ast.Attribute) and call.func.attr in ("add", "unknown")
            if noted and isinstance(first, ast.Constant) and isinstance(first.value, str):
                codes.add(f"template.{first.value}")
    assert len(codes) > 40
    assert codes <= set(i18n.MESSAGES)


@pytest.mark.parametrize(
    ("raw", "code"),
    [(b"\xff\xfe\x00", "not_utf8"), (b"caf\xe9", "not_utf8"), (b"", "empty"), (b"x" * 5_000_000, "too_big")],
)
def test_a_file_that_is_no_text_gets_a_clear_fault(tmp_path, raw, code):
    """cp1252, UTF-16, nothing, five megabytes."""
    path = tmp_path / "t.md"
    path.write_bytes(raw)
    with pytest.raises(TemplateError) as caught:
        load(path, views=VIEWS)
    assert [(fault.path, fault.line, fault.code) for fault in caught.value.faults] == [(path, 1, f"template.{code}")]


def test_a_file_that_is_not_there_gets_a_clear_fault(tmp_path):
    """Missing files and folders are named."""
    for path in (tmp_path / "no.md", tmp_path):
        with pytest.raises(TemplateError) as caught:
            load(path, views=VIEWS)
        assert caught.value.faults[0].code == "template.unreadable"


def test_shipped_templates_are_found_by_id_in_the_language_asked_for():
    """English where there is none; the nearest name where there is none at all."""
    assert {"scope", "plan", "experiment", "reflect"} <= set(shipped()["en"])
    assert find("scope", "pt").parent.name == "pt"
    assert find("scope", "pt_PT").parent.name == "pt"
    assert find("scope", "xx").parent.name == "en"
    with pytest.raises(TemplateError) as caught:
        find("scop")
    assert "Did you mean “scope”?" in i18n.error_text(caught.value)
    with pytest.raises(TemplateError):
        find("../../etc/passwd")


def test_the_locale_is_the_folders_unless_the_template_says_another(tmp_path):
    """templates/pt/scope.md is Portuguese."""
    for folder, header, expected in (
        ("pt", HEADER, "pt"),
        ("mine", HEADER, "en"),
        ("pt", HEADER[:-4] + "locale: en\n---\n", "en"),
    ):
        path = tmp_path / folder / "scope.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(header + "Hello.\n", "utf-8")
        assert load(path, views=VIEWS).locale == expected


@pytest.mark.parametrize(
    "piece", ["{{", "}}", "{{ x }}", "{a}", "> ", "- ", "`", "[", ":x:\n", "```{prompt} q\n", "&a [", "&#", "\n"]
)
def test_a_large_file_of_nonsense_is_refused(piece):
    """Reading takes time by the length of a text, not by its square: with its square this would not end."""
    text = HEADER + "```{prompt} q\n:kind: choice\n:options:\n  a: " + piece * (100_000 // len(piece)) + "\nQ?\n```\n"
    for body in (text, HEADER + "{{ }}\n" + piece * (100_000 // len(piece))):
        with pytest.raises(TemplateError) as caught:
            read(body)
        assert len(caught.value.faults) <= 1000


PIECES = st.sampled_from(
    [HEADER, WHOLE, "---\n", "```{prompt} q\n", "```\n", ":kind: table\n", ":columns:\n", "  a: {b: c}\n", "{{ ", " }}", "&a ", "*a ",
     "parameters:\n", "```{code-cell}\n", "live(x, of=['q'])\n", "~~~{view} recap\n", "\t", "\r", "\u2028", "\x85", "\x0c", "!!x ", "%YAML 1.1\n",
     '"\\UFFFFFFFF"', "? ", "- ", "> ", ":::", "|\n", "'", "[", "]", "{", "}", "<<: ", "x" * 200]
)  # fmt: skip


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=25).map("".join)))
def test_any_text_is_read_or_refused_with_lines(text):
    """Whatever is typed: a template, or faults that each have a line of the text; never another error."""
    found: tuple[Fault, ...] | None = None
    try:
        read(text)
    except TemplateError as error:
        found = error.faults
    last = len(re.split("\r\n|\r|\n", text))
    assert found is None or found
    for fault in found or ():
        assert fault.line is not None
        assert 1 <= fault.line <= last, fault
        assert not i18n.sentence(fault).startswith("template."), fault.code


@settings(deadline=None, max_examples=100)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1).filter(str.strip))
def test_any_words_survive_the_way_from_the_file(words_of_an_author):
    """A quoted text in the front matter is read as it was meant."""
    quoted = "'" + words_of_an_author.replace("'", "''") + "'"
    text = HEADER.replace("Find the one thing.", quoted) + "Hello.\n"
    if "{{" not in words_of_an_author:
        assert read(text).summary == " ".join(words_of_an_author.split())
