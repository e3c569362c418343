"""A workbook as a document for a word processor (.docx), from the HTML that its owner takes along.

What is read there is read here: headings, questions, answers, days, tables, and pictures as pictures.
"""

from __future__ import annotations

import base64
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document

#: Elements that stand in a line of text; all others begin a new paragraph.
_INLINE = frozenset(
    {"a", "b", "strong", "em", "i", "code", "small", "span", "br", "ins", "del", "q", "abbr", "time", "mark"}
)

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}

#: An address in a picture that leads out of it: such a picture is not drawn, nothing is looked up for it.
_OUTSIDE = re.compile(
    r"""(href|src)\s*=\s*["']?\s*(?!["'#]|data:)|@import|url\(\s*["']?(?![#"']|data:)""", re.IGNORECASE
)

#: What no XML may hold.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: Inches that a picture may be wide, and how much finer than on a screen it is drawn.
_WIDEST, _FINER = 6.2, 2


def document(page: bytes, title: str = "", author: str = "") -> bytes:
    """Return a page of HTML (`review.execute.take`) as .docx.

    Parameters
    ----------
    page
        HTML with one ``main``; pictures are in it, and nothing is loaded.
    title, author
        Properties of the document.
    """
    import docx
    from lxml import html

    tree = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8", no_network=True))
    made = docx.Document()
    made.core_properties.title, made.core_properties.author = _clean(title), _clean(author)
    made.core_properties.language = tree.get("lang", "")
    main = tree.find(".//main")
    _Writer(made).blocks(main if main is not None else tree.body)
    for paragraph in _paragraphs(made):
        _direct(paragraph)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


class _Writer:
    """Writes elements into a document, one after the other."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def blocks(self, element: Any, style: str = "") -> None:
        """Write what an element holds: text and inline elements that follow each other are one paragraph."""
        line: list[Any] = [element.text] if element.text else []
        for child in element.iterchildren("*"):
            if child.tag in _INLINE:
                line.append(child)
            else:
                self._line(line, style)
                line = []
                self._block(child, style)
            if child.tail:
                line.append(child.tail)
        self._line(line, style)

    def _block(self, element: Any, style: str) -> None:
        classes = element.get("class", "").split()
        if element.tag in _HEADINGS:
            self._line([element], f"Heading {_HEADINGS[element.tag]}")
        elif "al-question" in classes:
            self._line([element.text_content()], "Heading 3")
        elif element.tag == "table":
            self._table(element)
        elif element.tag == "img":
            self._picture(element)
        elif element.tag in ("ul", "ol"):
            self._list(element)
        elif element.tag in ("summary", "dt", "figcaption"):
            self._line([element], style, bold=True)
        elif element.tag == "blockquote":
            self.blocks(element, style or ("Quote" if "al-recap" in _of(element.getparent()) else ""))
        elif element.tag == "pre":
            self._line([element.text_content()], style, exact=True)
        elif element.tag not in ("style", "script", "template"):
            self.blocks(element, style)

    def _list(self, element: Any) -> None:
        """Write a list: what a view draws on a line has days, not numbers, and every list begins with one."""
        numbered = element.tag == "ol" and not element.get("class")
        first = len(self._document.paragraphs)
        for item in element.iterchildren("li"):
            self.blocks(item, "List Number" if numbered else "List Bullet")
        if numbered:
            restart(self._document, self._document.paragraphs[first:])

    def _line(self, parts: list[Any], style: str, *, bold: bool = False, exact: bool = False) -> None:
        runs = list(_joined(parts, frozenset({"strong"} if bold else ())))
        if not "".join(text for text, _ in runs).strip():
            return
        fill(self._document.add_paragraph(style=style or None), runs, exact=exact)

    def _table(self, element: Any) -> None:
        rows = [list(row.iterchildren("th", "td")) for row in element.iter("tr")]
        width = max(map(len, rows), default=0)
        if not width:
            return
        table = self._document.add_table(len(rows), width, style="Table Grid")
        for row, line in zip(rows, table.rows, strict=True):
            for cell, place in zip(row, line.cells, strict=False):
                bold = frozenset({"strong"} if cell.tag == "th" else ())
                fill(place.paragraphs[0], list(_runs(cell, bold)))
        self._document.add_paragraph()

    def _picture(self, element: Any) -> None:
        """Put a picture in; its words where it is none that can be drawn."""
        from docx.shared import Inches

        alt = element.get("alt", "")
        try:
            drawn = _drawn(element.get("src", ""))
            shape = self._document.add_picture(io.BytesIO(drawn))
        except Exception:  # noqa: BLE001 - a picture of somebody's own live cell may be anything
            self._line([alt], "Quote")
            return
        if shape.width > Inches(_WIDEST):
            shape.height = int(shape.height * Inches(_WIDEST) / shape.width)
            shape.width = Inches(_WIDEST)
        shape._inline.docPr.set("descr", _clean(alt))  # noqa: SLF001 - python-docx has no other way to say it


def restart(document: Document, paragraphs: list[Any]) -> None:
    """Have numbered paragraphs count from one: in a word processor they go on from the last list of their style."""
    numbering = document.part.numbering_part.numbering_definitions._numbering  # noqa: SLF001 - as above
    own = document.styles["List Number"].element.pPr.numPr.numId.val
    number = numbering.add_num(numbering.num_having_numId(own).abstractNumId.val)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    for each in paragraphs:
        if each.style.name == "List Number":
            each._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number.numId  # noqa: SLF001


def fill(paragraph: Any, runs: list[tuple[str, frozenset[str]]], *, exact: bool = False) -> None:
    """Write runs of text with what they are (``strong``, ``em``, ``code``) into a paragraph."""
    last = len(runs) - 1
    for number, (text, kinds) in enumerate(runs):
        shown = text
        if not exact and text != "\n":
            shown = re.sub(r"[ \t\r\n]+", " ", text)  # as a browser does
            shown = shown.lstrip() if number == 0 else shown
            shown = shown.rstrip() if number == last else shown
        run = paragraph.add_run(_clean(shown))
        run.bold, run.italic = "strong" in kinds or None, "em" in kinds or None
        run.font.strike, run.font.underline = "del" in kinds or None, "ins" in kinds or None
        if "code" in kinds:
            run.font.name = "Courier New"


def _of(element: Any) -> list[str]:
    return [] if element is None else str(element.get("class", "")).split()


def _joined(parts: Iterable[Any], kinds: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Return the pieces of a line, each with what it is; what a page's style alone keeps apart has a dot between."""
    before: Any = None
    for part in parts:
        if isinstance(part, str):
            yield part, kinds
        elif part.get("aria-hidden") == "true":  # a mark for the eye, beside words that say the same
            continue
        else:
            follows = getattr(before, "tag", "") == "span" or (before is not None and "al-more" in _of(part))
            if part.tag == "span" and follows:
                yield ("· " if str(before)[-1:].isspace() else " · "), kinds
            yield from _runs(part, kinds)
        before = part


def _runs(element: Any, kinds: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Return the pieces of an element in a line; the address of a link stands behind it."""
    if element.tag == "br":
        yield "\n", kinds
        return
    known = {"b": "strong", "i": "em"}.get(element.tag, element.tag)
    inside = [element.text, *(part for child in element.iterchildren("*") for part in (child, child.tail))]
    yield from _joined(filter(_there, inside), kinds | {known})
    address = element.get("href", "") if element.tag == "a" else ""
    if address.startswith(("http", "mailto")) and address not in element.text_content():
        yield f" ({address})", kinds


def _there(part: Any) -> bool:
    return part is not None and part != ""


def _drawn(source: str) -> bytes:
    """Return a picture that stands in the page as PNG or JPEG."""
    head, _, body = source.partition(",")
    raw = base64.b64decode(body)
    if "svg" not in head:
        return raw
    import resvg_py

    if _OUTSIDE.search(raw.decode()):
        raise ValueError(head)
    draw: Callable[..., Any] = resvg_py.svg_to_bytes
    return bytes(draw(svg_string=raw.decode(), zoom=_FINER, dpi=96 * _FINER, background="#ffffff"))


def _paragraphs(made: Document) -> Iterator[Any]:
    yield from made.paragraphs
    for table in made.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs


def _direct(paragraph: Any) -> None:
    """Have a paragraph that begins from the right read from there."""
    from docx.oxml import OxmlElement

    kinds = (unicodedata.bidirectional(letter) for letter in paragraph.text)
    if next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") == "L":
        return
    paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))  # noqa: SLF001 - python-docx has no word for it
    for run in paragraph.runs:
        run.font.rtl = True


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("", text)
