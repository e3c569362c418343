"""Prompts as HTML: form controls for writing, words for reading, everything typed is text."""

from __future__ import annotations

import base64
import html.parser
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionlearn.answers.kinds import KINDS
from actionlearn.answers.prompts import NOT_YET, Column, Item, Option, Prompt
from actionlearn.widgets.live import LiveWidget, called, show, shown_html, shown_text
from actionlearn.widgets.prompt import PromptWidget
from actionlearn.widgets.prompt_html import item_for, prompt_html, readers, recap_html, ui_words, value_text

OPTIONS = (Option("a", "Alpha"), Option("b", "Beta"))
ROW = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
VALUES: dict[str, Any] = {
    "short-text": "Queue",
    "long-text": "One\n\nTwo\nThree",
    "choice": "b",
    "choices": ["a", "b"],
    "scale": 4,
    "number": "12.5",
    "date": "2026-10-05",
    "table": [{"row": ROW, "cells": {"what": "Call", "by": "2026-10-06", "state": "b", "many": "1.5"}}],
    "file": [{"file": "0" * 64, "name": "The rota.pdf", "size": 7, "type": "application/pdf"}],
}
COLUMNS = (
    Column("what", "What", "long-text"),
    Column("by", "By when", "date"),
    Column("state", "State", "choice", OPTIONS),
    Column("many", "How many", "number"),
)
VOID = {"input", "br", "img", "link", "meta"}


class Tree(html.parser.HTMLParser):
    """Reads HTML, insisting that it is well formed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs), "an attribute is there twice"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def ask(kind: str, **more: Any) -> Prompt:
    """Make a prompt of a kind."""
    return Prompt(
        "need", "What needs to change?", kind, options=OPTIONS, columns=COLUMNS, low_label="Not at all", **more
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_control_has_a_name_and_what_describes_it_exists(kind):
    """Each control stands in a label or is named by one; ids are there once; references lead somewhere."""
    tree = Tree(prompt_html(ask(kind, hint="A hint.", required=True), value=VALUES[kind], version=3))
    ids = [attributes["id"] for _, attributes in tree.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in tree.tags:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert set((attributes.get(name) or "").split()) <= set(ids)
    labelled = {each.get("for") for each in tree.all("label")}
    depth: list[str] = []
    for tag, attributes in tree.tags:
        depth.append(tag)
        if tag in ("input", "select", "textarea"):
            assert "label" in depth or attributes.get("id") in labelled
            assert attributes["autocomplete"] == "off"
    assert all(each.get("type") == "button" for each in tree.all("button"))
    assert "p-need-hint" in ids
    assert "p-need-state" in ids


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_is_in_the_first_html(kind):
    """What was saved is in the control before any script runs."""
    text = prompt_html(ask(kind), value=VALUES[kind], version=3, saved_at="2026-10-05T09:12:33.123Z")
    tree = Tree(text)
    assert tree.tags[0] == ("section", tree.tags[0][1])
    assert tree.tags[0][1]["data-version"] == "3"
    values = [each.get("value") for each in tree.all("input") if each.get("type") not in ("radio", "checkbox")]
    checked = [each["value"] for each in tree.all("input") if "checked" in each and each["name"] == "p-need"]
    match kind:
        case "choice" | "choices" | "scale":
            assert checked == [str(each) for each in ([VALUES[kind]] if kind != "choices" else VALUES[kind])]
        case "short-text" | "long-text":
            assert VALUES[kind] in tree.text
        case "table":
            assert {"2026-10-06", "1.5"} <= set(values)
            assert "Call" in tree.text
            assert [each["value"] for each in tree.all("option") if "selected" in each] == ["b"]
        case "file":
            assert "The rota" in text
        case _:
            assert VALUES[kind] in values


@pytest.mark.parametrize("kind", KINDS)
def test_frozen_is_for_reading(kind):
    """Frozen, there is no control, script, style or event, and the words are there."""
    text = prompt_html(ask(kind, hint="A hint."), value=VALUES[kind], frozen=True, recaps=[Item("x", "Before")])
    tree = Tree(text)
    assert {tag for tag, _ in tree.tags} <= {
        "section",
        "div",
        "p",
        "strong",
        "em",
        "small",
        "br",
        "blockquote",
        "ul",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert not any(name == "style" or name.startswith("on") for _, attributes in tree.tags for name in attributes)
    for words in value_text(ask(kind), value=VALUES[kind]).replace(":", "\n").split("\n"):
        # A table's days are cut short, since its columns are narrow.
        assert words.split(", ")[0].strip().replace("6 October", "6 Oct") in tree.text
    assert "Before" in tree.text


def test_a_number_is_read_with_the_mark_of_the_language():
    """Digit for digit, alone and in a table."""
    assert value_text(ask("number"), "pt", value="12.50") == "12,50"
    assert value_text(ask("number"), "en", value="12.50") == "12.50"
    assert value_text(ask("table"), "pt", value=VALUES["table"]).endswith("How many: 1,5")
    assert "<p>12,5</p>" in prompt_html(ask("number"), value="12.5", frozen=True, locale="pt")
    assert ">1,5</td>" in prompt_html(ask("table"), value=VALUES["table"], frozen=True, locale="pt")


def test_lines_of_text_stay_lines():
    """Frozen, an empty line parts paragraphs and a line end is a line end."""
    assert "<p>One</p><p>Two<br>Three</p>" in prompt_html(ask("long-text"), value="One\r\n\r\nTwo\nThree", frozen=True)


def test_nothing_shared_and_nothing_written_are_told_apart():
    """A reader sees whether an answer was not shared or is empty."""
    assert "Nothing shared here." in prompt_html(ask("long-text"), frozen=True, shared=False)
    assert "Nothing written yet." in prompt_html(ask("long-text"), frozen=True)
    assert "Not yet" in prompt_html(ask("scale"), value=NOT_YET, frozen=True)


def test_not_yet_is_pressed_and_leaves_the_control_empty():
    """Not yet is a toggle; the control beside it stays empty; an answer hides it."""
    tree = Tree(prompt_html(ask("scale"), value=NOT_YET))
    button = next(each for each in tree.all("button") if each.get("data-act") == "not-yet")
    assert button["aria-pressed"] == "true"
    assert not any("checked" in each for each in tree.all("input") if each["name"] == "p-need")
    button = next(
        each for each in Tree(prompt_html(ask("scale"), value=2)).all("button") if each.get("data-act") == "not-yet"
    )
    assert "hidden" in button


def test_readers_are_named():
    """The line says who may read it; me is always among them; alone, there is no choice to make."""
    assert readers(("coach", "me")) == "me, my coach"
    text = prompt_html(ask("long-text"), audience=["me", "cohort"])
    assert "Read by: me, my cohort" in text
    assert "al-audience" not in prompt_html(ask("long-text"), chooser=False)


def test_a_prompt_for_the_coach_has_no_control():
    """What a coach will answer is shown to the learner without a control."""
    text = prompt_html(ask("long-text", by="coach"))
    assert "Your coach answers this." in text
    assert "<textarea" not in text


def test_decimals_are_written_as_the_reader_writes_them():
    """A Portuguese page shows a comma."""
    assert 'value="12,5"' in prompt_html(ask("number"), value="12.5", locale="pt")


def test_recaps_say_where_and_when():
    """A recap says where and when it was said, and is gentle about nothing."""
    item = item_for(ask("scale"), 1, workbook="Scope 2", when="2026-10-05T09:00:00.000Z")
    assert "You said, in “Scope 2”, 5 October 2026:" in recap_html(item)
    assert "1 of 5 (Not at all)" in recap_html(item)
    assert "When you have answered “What needs to change?”, your words stand here." in recap_html(
        item_for(ask("scale"))
    )


TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), min_size=1) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "</textarea><img src=x onerror=alert(1)>",
        '" onfocus="x',
        "'",
        "&lt;",
        "{id}",
        "{0.__class__}",
        "]]>",
        "<!--",
        "\n\nx",
    ]
)


@given(TEXTS, st.sampled_from(["short-text", "long-text", "table"]), st.booleans())
def test_whatever_is_typed_is_text(text, kind, frozen):
    """Any text at all, in answer, question, hint, label or recap, appears as text: no tag, no attribute comes of it."""
    value = text if kind != "table" else [{"row": ROW, "cells": {"what": text}}]
    plain = (
        value
        if kind == "table" and not frozen
        else "word"
        if kind != "table"
        else [{"row": ROW, "cells": {"what": "word"}}]
    )

    def drawn(words: str, answer: Any) -> list[tuple[str, list[str]]]:
        prompt = Prompt("need", words, kind, hint=words, columns=(Column("what", words),), required=True)
        recaps = [Item("x", words, words, words, words)]
        tree = Tree(prompt_html(prompt, value=answer, saved_at=words, frozen=frozen, recaps=recaps))
        return [(tag, sorted(attributes)) for tag, attributes in tree.tags if tag not in ("br", "p")]

    assert {str(each) for each in drawn(text, value)} <= {str(each) for each in drawn("word", plain)} | {
        "('em', [])"
    } | {str(each) for each in drawn("word", None)}
    if not frozen and kind == "short-text":
        tree = Tree(prompt_html(Prompt("need", "Q", kind), value=text))
        assert f"\n{text}" in tree.text


def test_words_of_the_script_are_said_in_the_readers_language():
    """The script's words come with their places for values."""
    assert ui_words("en")["saved"] == "Saved {time}"
    assert json.loads(json.dumps(ui_words("pt"))).keys() == ui_words("en").keys()


# Widgets ----------------------------------------------------------------------------------------


def test_the_widget_saves_over_its_comm_and_answers():
    """An edit that comes in is saved, acknowledged with its own number, and then what draws is told."""
    seen: list[Any] = []
    order: list[str] = []

    def save(message):
        order.append("save")
        return 200, {"version": 4, "saved_at": "2026-10-05T09:00:00.000Z"}

    widget = PromptWidget(ask("long-text"), save, after=lambda: order.append("after"), cut=seen.append)
    widget.send = lambda content: (order.append("reply"), seen.append(content))
    widget._hear(widget, {"type": "save", "client": "c", "seq": 7, "base": 3, "value": "Words"}, [])
    widget._hear(widget, {"type": "revision", "cause": "blur"}, [])
    widget._hear(widget, "nonsense", [])
    assert order == ["save", "reply", "after"]
    assert seen[0] == {
        "type": "reply",
        "client": "c",
        "seq": 7,
        "status": 200,
        "body": {"version": 4, "saved_at": "2026-10-05T09:00:00.000Z"},
    }
    assert seen[1] == "blur"
    assert (widget.value, widget.version) == ("Words", 4)


def test_hosts_without_widgets_get_words():
    """The widget's bundle holds the question and the answer for viewers that have no widgets."""
    data, _ = PromptWidget(ask("long-text"), lambda _: (200, {}), value="So <far>")._repr_mimebundle_()
    assert "So &lt;far&gt;" in data["text/html"]
    assert "textarea" not in data["text/html"]
    assert data["text/plain"] == "What needs to change?\nSo <far>"
    assert "application/vnd.jupyter.widget-view+json" in data


# Live cells -------------------------------------------------------------------------------------


class Table:
    """Something that shows itself as HTML, as pandas does."""

    alt = "one cell"

    def _repr_html_(self) -> str:
        return "<table><tr><td onclick='x()'>1<script>alert(1)</script></td></tr></table>"


def test_results_are_shown_safely():
    """Text is text, HTML is cleaned, pictures are images with their words."""
    assert show("a <b>") == {"text": "a <b>"}
    assert show(None) == {"text": ""}
    assert show(("a", "alt")) == {"text": "a"}
    assert show(Table()) == {"html": "<table><tbody><tr><td>1</td></tr></tbody></table>"}
    assert shown_html({"svg": "PHN2Zy8+", "alt": 'A "line"'}) == (
        '<div class="al-live"><img alt="A &#34;line&#34;" src="data:image/svg+xml;base64,PHN2Zy8+"></div>'
    )
    assert shown_text({"svg": "x", "alt": "A line"}) == "A line"
    assert shown_html({"text": "<i>"}) == '<div class="al-live"><p>&lt;i&gt;</p></div>'


def test_a_figure_is_the_same_bytes_each_time():
    """A matplotlib figure becomes an SVG without date or chance, with its words."""
    from matplotlib.figure import Figure

    def draw() -> tuple[Figure, str]:
        figure = Figure()
        figure.subplots().plot([1, 3, 2])
        return figure, "Up, then down"

    first, second = show(draw()), show(draw())
    assert first == second
    assert first["alt"] == "Up, then down"
    assert b"<svg" in base64.b64decode(first["svg"])


def test_a_function_that_fails_is_told_kindly_and_logged(caplog):
    """The learner reads a sentence; the trace is in the log alone."""
    shown = called(lambda need: need.nothing, [None])
    assert "could not be drawn" in shown["text"]
    assert "AttributeError" in caplog.text


def test_a_live_widget_is_drawn_again_at_each_change():
    """New answers give a new picture."""
    widget = LiveWidget(lambda need, aim: f"{need} and {aim}", ["need", "plan.aim"])
    assert widget.shown == {"text": "None and None"}
    widget.answers = {"need": "this", "plan.aim": "that"}
    assert widget.shown == {"text": "this and that"}
    data, _ = widget._repr_mimebundle_()
    assert data["text/plain"] == "this and that"
