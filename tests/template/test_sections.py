"""Sections, cards and answers to begin with: written in a template, kept in a notebook, opened by answers."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import nbformat
import pytest

from actionlearn.answers.conditions import Condition
from actionlearn.answers.prompts import NOT_YET, Item
from actionlearn.errors import TemplateError
from actionlearn.notebook import CardPiece, SectionPiece, ViewPiece, dumps, read, to_notebook
from actionlearn.template import Section, ShownCard, Template, parse
from actionlearn.template.cards import Card, load

GOLDEN = Path(__file__).parents[1] / "golden"
ASKING = GOLDEN / "cards" / "asking.md"

SOURCE = """\
---
template: scope
title: What needs to change?
version: 1
minutes: 10
owner: set
about: member
per: once
parameters:
  organisation: {kind: text, default: your organisation}
---
```{prompt} kind
:kind: choice
:options:
  clear: Clear
  complex: Complex
:default-from: plan.kind
What kind of problem is it?
```

```{section} probes
:when: scope.kind = complex
Three small tries at {{ organisation }}
```

Try them side by side.

```{prompt} tries
:for-set:
:long:
What are they?
```

```{card} asking
:when: tries
```

```{view} recap
:of: tries
```

```{section} rest
```

Goodbye.
"""


def template(source: str = SOURCE) -> Template:
    """Read the template of these tests."""
    return parse(source, views=("recap",), cards={"asking": ASKING})


def faults(source: str) -> list[tuple[int | None, str]]:
    """Return line and code of all that is wrong with a text."""
    with pytest.raises(TemplateError) as caught:
        template(source)
    return [(fault.line, fault.code.removeprefix("template.")) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("text", "value", "opens"),
    [
        ("kind", "complex", True),
        ("kind", "", False),
        ("kind", None, False),
        ("kind", NOT_YET, False),
        ("kind = complex", "complex", True),
        ("kind = clear,  complex", "complex", True),
        ("kind = complex", "clear", False),
        ("kind = complex", None, False),
        ("kind = complex", ["clear", "complex"], True),
        ("kind = 4, 5", 4, True),
        ("kind != complex", "clear", True),
        ("kind != complex", "complex", False),
        ("kind != complex", ["clear", "complex"], False),
        ("kind != complex", None, False),
        ("kind != complex", NOT_YET, False),
        ("kind = complex", {"odd": 1}, False),
        ("kind", "🙂", True),
    ],
)
def test_a_condition_holds_by_what_was_answered(text, value, opens):
    """What nobody answered opens nothing, whichever way the condition is put."""
    condition = Condition.parse(text)
    assert condition.holds([Item("kind", value)]) is opens
    assert not condition.holds([])
    assert Condition.parse(str(condition)) == condition


def test_of_several_answers_one_is_enough():
    """``experiment*.decision = stop`` holds once any experiment was stopped."""
    condition = Condition.parse("experiment*.decision = stop")
    said = [Item("experiment*.decision", each) for each in ("go_on", None, "stop")]
    assert condition.holds(said)
    assert not condition.holds(said[:2])


def test_a_page_reads_the_same_condition():
    """The script's form has the same parts."""
    assert Condition.parse("kind").as_json == {"of": "kind", "answered": True}
    assert Condition.parse("kind = a, b").as_json == {"of": "kind", "answered": True, "in": ["a", "b"]}
    assert Condition.parse("scope.kind != a").as_json == {"of": "scope.kind", "answered": True, "not": ["a"]}
    assert [Condition.parse(each).here for each in ("kind", "scope.kind")] == [True, False]


@pytest.mark.parametrize("text", ["", "=", "kind =", "kind = ,", "kind = A", "kind < 3", "a b", "kind == a", "1"])
def test_what_is_no_condition_is_refused(text):
    """There is nothing to guess at."""
    with pytest.raises(ValueError):
        Condition.parse(text)


def test_a_template_holds_its_sections_and_cards():
    """They come out in order; a reference to the template itself is one to this workbook."""
    kind, probes, _, tries, card, _, rest, _ = template().blocks
    assert kind.default_from == "plan.kind"
    assert probes == Section(
        "probes", "Three small tries at {organisation}", Condition("kind", ("complex",)), ("organisation",)
    )
    assert (tries.for_set, template().long) == (True, {"tries"})
    assert card == ShownCard(load(ASKING), Condition("tries"))
    assert rest == Section("rest")
    assert (template().owner, template().about, template().per) == ("set", "member", "once")
    assert template().lines == {"kind": 12, "tries": 28}


def test_a_card_that_changes_makes_another_template(tmp_path):
    """What a notebook is made from is the template's text and its cards'."""
    changed = tmp_path / "cards" / "asking.md"
    changed.parent.mkdir()
    changed.write_text(ASKING.read_text().replace("five seconds", "ten seconds"))
    other = parse(SOURCE, views=("recap",), cards={"asking": changed})
    assert other.hash != template().hash


def test_its_notebook_is_the_one_we_know():
    """The golden file: every byte of a notebook is meant."""
    text = dumps(to_notebook(template(), {"organisation": "Hospital do Rio"}))
    assert text == (GOLDEN / "sections.ipynb").read_text("utf-8"), "look at it, then write the golden file again"
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert all(ast.parse(cell.source) for cell in notebook.cells if cell.cell_type == "code")


def test_its_notebook_is_read_back_as_it_was_meant():
    """Prose in a section that opens and closes is a call, so that it can be left out."""
    contents = read(to_notebook(template(), {"organisation": "Rio & Mar"}))
    _, probes, prose, _, card, _, rest, last = contents.pieces
    assert probes == SectionPiece(
        "section-probes", "probes", "Three small tries at Rio & Mar", Condition("kind", ("complex",))
    )
    assert (prose.cell_id, prose.markdown) == ("text-1", "Try them side by side.")
    assert isinstance(card, CardPiece)
    assert (card.card.title, card.card.locale, card.when) == ("Ask before you tell", "", Condition("tries"))
    assert rest == SectionPiece("section-rest", "rest")
    assert last.markdown == "Goodbye."
    assert contents.references == ("plan.kind", "kind", "tries")
    assert (contents.owner, contents.about, contents.per) == ("set", "member", "once")


def test_a_section_lasts_until_the_next():
    """What is in a closed section is closed, and what a condition of its own closes."""
    contents = read(to_notebook(template()))
    inside = {"section-probes", "text-1", "tries", "card-1", "view-1"}
    assert contents.closed(lambda _: False) == inside
    assert contents.closed(lambda when: when.of == "kind") == {"card-1"}
    assert contents.closed(lambda _: True) == frozenset()


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("scope.kind = complex", "kind = complx", [(22, "no_such_answer_near")]),
        ("scope.kind = complex", "kond = complex", [(22, "no_such_prompt_near")]),
        ("scope.kind = complex", "kind is complex", [(22, "bad_condition")]),
        ("scope.kind = complex", "tries", [(22, "decided_later")]),
        ("scope.kind = complex", "plan.kind = anything", []),
        (":when: tries", ":when: tries = a", [(35, "undecided_kind")]),
        ("{section} rest", "{section} probes", [(42, "section_twice")]),
        ("{section} rest", "{section} The Rest", [(42, "bad_section_id")]),
        ("{section} rest", "{section} rest\n:wen: kind", [(43, "unknown_option_near")]),
        (":default-from: plan.kind", ":default-from: plan.kind, scope.need", [(17, "bad_default_from"), (17, "no_such_prompt")]),
        (":default-from: plan.kind", ":default-from: plan*.kind", [(17, "bad_default_from")]),
        (":default-from: plan.kind", ":default-from: tries", [(12, "other_kind_default")]),
        (":default-from: plan.kind", ":default-from: kind", [(12, "other_kind_default")]),
        (":for-set:", ":for-set: maybe", [(29, "bad_flag")]),
        ("owner: set", "owner: sett", [(6, "unknown_choice_near")]),
        ("per: once", "per: twice", [(8, "unknown_choice")]),
        ("{card} asking", "{card} askin", [(34, "unknown_card_near")]),
        (":when: tries\n", ":when: tries\nLook here.\n", [(36, "words_on_card")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(before, after, found):
    """Conditions are checked against what the template asks, and asks above them."""
    changed = SOURCE.replace(before, after)
    assert changed != SOURCE
    if found:
        assert faults(changed) == found
    else:
        template(changed)


CARD = ASKING.read_text("utf-8")


def card_faults(text: str, tmp_path: Path) -> list[tuple[int | None, str]]:
    """Return line and code of all that is wrong with a card."""
    path = tmp_path / "asking.md"
    path.write_text(text, "utf-8")
    with pytest.raises(TemplateError) as caught:
        load(path)
    return [(fault.line, fault.code.removeprefix("template.")) for fault in caught.value.faults]


def test_a_card_is_read_as_it_was_written():
    """Its needs are a list, its text is what comes below."""
    card = load(ASKING)
    assert isinstance(card, Card)
    assert (card.id, card.kind, card.moment, card.version, card.locale) == ("asking", "tool", "apply", 1, "en")
    assert card.needs == ("They keep asking me for the answer", "I talk more than I listen")
    assert card.text.startswith("A question you know")
    assert card.question.endswith("did not know?")


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("kind: tool", "kind: tol", [(4, "unknown_card_kind_near")]),
        ("moment: apply", "moment: later", [(5, "unknown_moment")]),
        ("card: asking", "card: Asking!", [(2, "bad_card_id")]),
        ("card: asking", "card: other", [(1, "other_id")]),
        ("version: 1", "version: one", [(10, "bad_count")]),
        ("title: Ask before you tell", "title:", [(3, "empty_field")]),
        ("question: Whom did", "quesiton: Whom did", [(2, "missing_field"), (11, "unknown_field_near")]),
        ("  - They keep asking me for the answer\n  - I talk more than I listen\n", "", [(6, "no_needs")]),
        ("  - I talk", "  - [I] talk", [(1, "yaml")]),
        ("A question you know", "word " * 200 + "A question you know", [(13, "long_card")]),
    ],
)
def test_what_is_wrong_with_a_card_is_named(before, after, found, tmp_path):
    """Every fault of a card, with its line; at most two hundred words."""
    changed = CARD.replace(before, after)
    assert changed != CARD
    assert [code for _, code in card_faults(changed, tmp_path)] == [code for _, code in found]


def test_a_faulty_card_is_a_fault_of_the_template_that_shows_it(tmp_path):
    """It is named with the card's own file."""
    path = tmp_path / "asking.md"
    path.write_text(CARD.replace("kind: tool", "kind: thing"), "utf-8")
    with pytest.raises(TemplateError) as caught:
        parse(SOURCE, views=("recap",), cards={"asking": path})
    assert [(fault.path, fault.code) for fault in caught.value.faults] == [(path, "template.unknown_card_kind")]


def frozen(answers: dict[str, str]) -> list[str]:
    """Return the HTML that each call of the notebook shows for reading; empty where it shows nothing."""
    from actionlearn import workbook

    said = {id: {"value": value, "when": "2026-10-05T09:00:00.000Z"} for id, value in answers.items()}
    submission = json.dumps({"format": 1, "reader": "owner", "answers": said, "items": {}})
    workbook.open_workbook(template="scope", submission=submission)
    shown = [
        workbook.prompt("kind", "Which?", kind="choice", options={"clear": "Clear", "complex": "Complex"}),
        workbook.section("probes", "Three tries", when="kind = complex"),
        workbook.prose("Side by side."),
        workbook.prompt("tries", "What are they?"),
        workbook.card("asking", "Ask", "Text", question="Whom?", when="tries"),
        workbook.section("rest"),
        workbook.prose("Goodbye."),
    ]
    workbook._close()
    return [(each.html or each.markdown) if each else "" for each in shown]


def test_an_executed_notebook_leaves_closed_sections_out():
    """Open, all of it is there; closed, only what was answered, under its heading."""
    _, heading, prose, tries, card, rest, last = frozen({"kind": "complex"})
    assert ("Three tries" in heading, prose, "What are they?" in tries, card) == (True, "Side by side.", True, "")
    assert (rest, last) == ("", "Goodbye.")
    assert "Another way to look: Ask" in frozen({"kind": "complex", "tries": "🙂"})[4]
    assert frozen({"kind": "clear"})[1:] == ["", "", "", "", "", "Goodbye."]
    _, heading, prose, tries, card, *_ = frozen({"kind": "clear", "tries": "Small ones"})
    assert (heading, prose, card) == ("", "", "")
    assert "Three tries" in tries
    assert "Small ones" in tries


def test_pictures_open_and_close_too(tmp_path, monkeypatch):
    """A view has a condition of its own; in a closed section neither it nor a live cell is shown, reading or practising."""
    from actionlearn import workbook

    source = SOURCE.replace("```{view} recap\n", "```{view} recap\n:when: kind = complex\n")
    notebook = to_notebook(parse(source, views=("recap",), cards={"asking": ASKING}))
    contents = read(notebook)
    (piece,) = (each for each in contents.pieces if isinstance(each, ViewPiece))
    assert piece.when == Condition("kind", ("complex",))
    assert piece.options == {}
    assert contents.whens[piece.cell_id][-1] == piece.when

    def drawn(**mode: str) -> list[str]:
        workbook.open_workbook(template="scope", **mode)
        workbook.section("probes", "Three tries", when="kind = complex")
        live = workbook.live(lambda *_: "A picture", of=["kind"])
        workbook.section("rest")
        view = workbook.view("recap", of=["kind"], when="kind = complex")
        always = workbook.view("recap", of=["kind"])
        workbook._close()
        made = [None if each is None else each._repr_mimebundle_() for each in (live, view, always)]
        return ["" if not each else (each[0] if isinstance(each, tuple) else each)["text/html"] for each in made]

    def shared(kind: str) -> str:
        said = {"kind": {"value": kind, "when": "2026-10-05T09:00:00.000Z"}}
        return json.dumps({"format": 1, "reader": "owner", "answers": said, "items": {}})

    assert [bool(each) for each in drawn(submission=shared("clear"))] == [False, False, True]
    assert [bool(each) for each in drawn(submission=shared("complex"))] == [True, True, True]
    monkeypatch.setenv("ACTIONLEARN_PRACTICE", str(tmp_path))
    monkeypatch.delenv("ACTIONLEARN_SERVER", raising=False)
    live, view, always = drawn()
    assert [" hidden>" in each for each in (live, view, always)] == [True, True, False]
    assert ["data-when=" in each for each in (live, view, always)] == [True, True, False]


def test_a_card_that_is_there_in_another_language_is_named(tmp_path):
    """Whoever translates a template is told where the card is, and what to do with it."""
    for folder in ("en/cards", "pt"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "en" / "cards" / "fence.md").write_text("x", "utf-8")
    path = tmp_path / "pt" / "walk.md"
    head = (
        "---\ntemplate: walk\ntitle: Ir ver\nversion: 1\nminutes: 5\nstage: start\nsummary: Ir ver.\nlocale: pt\n---\n"
    )
    path.write_text(
        f"{head}\n```{{card}} fence\n```\n\n```{{prompt}} seen\n:kind: long-text\nO que viu?\n```\n", "utf-8"
    )
    with pytest.raises(TemplateError) as caught:
        parse(path.read_text("utf-8"), path, views=("recap",))
    (fault,) = caught.value.faults
    assert (fault.code, fault.values["where"], fault.line) == ("template.card_elsewhere", "en", 11)
