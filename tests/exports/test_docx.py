"""A workbook as a document for a word processor, opened again by the library that reads them."""

from __future__ import annotations

import base64
import io
import zipfile

import docx
import pytest

from actionlearn.exports.docx import document

RED = '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="90"><rect width="900" height="90" fill="red"/></svg>'


def picture(svg, alt="A run chart"):
    """Return an image that stands in the page."""
    return f'<img alt="{alt}" src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}">'


def made(body, **about):
    """Return the document of a page, read again."""
    page = (
        f'<html lang="pt-PT"><head><title>x</title><style>p{{}}</style></head><body><main>{body}</main></body></html>'
    )
    return docx.Document(io.BytesIO(document(page.encode(), **about)))


def lines(read):
    """Return style and text of every paragraph that has any."""
    return [(each.style.name, each.text) for each in read.paragraphs if each.text]


def test_questions_are_headings_and_answers_stand_below_with_their_day():
    """And what was said before is a quotation."""
    read = made(
        "<header><h1>Scope</h1><p class='by'>Ana</p></header><div class='cell'><h2>Now</h2></div>"
        "<section><div class='al-recaps'><div class='al-recap'><p>You said:</p><blockquote><p>Before</p></blockquote></div></div>"
        "<p class='al-question'><strong>What needs\n to change?</strong></p>"
        "<blockquote class='al-answer'><p>One.<br>Two <em>three</em></p><p>Four</p></blockquote>"
        "<p class='al-when'><small>5 October 2026</small></p></section>"
        "<ul><li>a <a href='https://example.org/x'>link</a></li><li>b</li></ul>",
        title="Scope",
        author="Ana",
    )
    assert lines(read) == [
        ("Heading 1", "Scope"),
        ("Normal", "Ana"),
        ("Heading 2", "Now"),
        ("Normal", "You said:"),
        ("Quote", "Before"),
        ("Heading 3", "What needs to change?"),
        ("Normal", "One.\nTwo three"),
        ("Normal", "Four"),
        ("Normal", "5 October 2026"),
        ("List Bullet", "a link (https://example.org/x)"),
        ("List Bullet", "b"),
    ]
    assert (read.core_properties.title, read.core_properties.author, read.core_properties.language) == (
        "Scope",
        "Ana",
        "pt-PT",
    )


def test_what_stands_apart_on_a_page_stands_apart_in_a_line():
    """Marks for the eye alone are left out; what was put in and taken out is seen; every numbered list begins with one."""
    item = "<li><span class='al-at'>14 October</span><span class='al-what'>Go round</span></li>"
    read = made(
        f"<ol class='al-line'>{item}</ol><dl><dt>Contact <span class='al-more'>found</span></dt></dl>"
        "<p><span aria-hidden='true'>○</span>Ana<span class='al-vh'>: With it</span></p>"
        "<p>It <del>was</del><ins>is</ins></p><ol><li>a</li><li>b</li></ol><p>then</p><ol><li>c</li></ol>"
    )
    assert lines(read) == [
        ("List Bullet", "14 October · Go round"),
        ("Normal", "Contact · found"),
        ("Normal", "Ana: With it"),
        ("Normal", "It wasis"),
        ("List Number", "a"),
        ("List Number", "b"),
        ("Normal", "then"),
        ("List Number", "c"),
    ]
    *_, was, is_ = next(each.runs for each in read.paragraphs if each.text == "It wasis")
    assert (was.font.strike, is_.font.underline) == (True, True)
    first, second, third = (each._p.pPr.numPr.numId.val for each in read.paragraphs if each.style.name == "List Number")
    assert first == second != third


def test_a_table_is_a_table_and_a_picture_a_picture():
    """Drawn as one that any word processor shows, no wider than the page, with its words for who cannot see it."""
    table = "<table><thead><tr><th>Day</th><th>Count</th></tr></thead><tbody><tr><td>9 Oct</td><td>11</td></tr></tbody></table>"
    read = made(table + picture(RED))
    assert [[cell.text for cell in row.cells] for row in read.tables[0].rows] == [["Day", "Count"], ["9 Oct", "11"]]
    (shape,) = read.inline_shapes
    assert shape._inline.docPr.get("descr") == "A run chart"
    assert shape.width.inches < 6.5
    assert 9 < shape.width / shape.height < 11
    (image,) = [part for part in read.part.package.iter_parts() if part.content_type == "image/png"]
    assert image.blob.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "svg",
    [
        "no picture",
        RED.replace("<rect", '<image href="/etc/passwd"/><rect'),
        RED.replace("<rect", '<image xlink:href="https://example.org/x.png"/><rect'),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_its_words(svg):
    """Nor is one drawn that would look something up elsewhere."""
    read = made(picture(svg))
    assert lines(read) == [("Quote", "A run chart")]


def test_right_to_left_and_emoji_and_what_no_file_may_hold():
    """Arabic and Hebrew are read from the right, in paragraphs and cells; a character that XML cannot hold is left out."""
    read = made("<p>مرحبا 🌙</p><p>Olá 👩🏽‍🚀</p><table><tr><td>שלום</td></tr></table><p>a&#1;b</p>", title="a\x00b")
    right, left, *_ = read.paragraphs
    assert (right.text, left.text) == ("مرحبا 🌙", "Olá 👩🏽‍🚀")
    assert right._p.pPr.find("{*}bidi") is not None
    assert right.runs[0].font.rtl
    assert left._p.pPr is None or left._p.pPr.find("{*}bidi") is None
    assert read.tables[0].cell(0, 0).paragraphs[0]._p.pPr.find("{*}bidi") is not None
    assert read.core_properties.title == "ab"


def test_nothing_in_it_is_loaded_or_run():
    """No address outside of the file, no macro; a script in the page is not in it."""
    page = b"<html><body><main><p>Words</p><script>alert(1)</script></main></body></html>"
    with zipfile.ZipFile(io.BytesIO(document(page))) as packed:
        relations = [packed.read(name).decode() for name in packed.namelist() if name.endswith(".rels")]
        assert not [each for each in relations if 'TargetMode="External"' in each]
        assert not [name for name in packed.namelist() if "vba" in name.lower()]
        assert b"alert" not in packed.read("word/document.xml")
