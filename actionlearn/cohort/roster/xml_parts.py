"""Parts of a spreadsheet's zip file as XML: read element by element, and no more of them than a sheet of people has."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

#: Elements of one part. A list of ten thousand people in twenty columns has as many.
MAX_ELEMENTS = 600_000


class BadPart(Exception):
    """A part that is no XML as spreadsheet programs write it."""


class PartTooLarge(Exception):
    """A part with more in it than is read."""


def elements(packed: zipfile.ZipFile, name: str, begin: set[str], end: set[str]) -> Iterator[tuple[str, Any]]:
    """Yield elements of a part as they begin and end; what has ended is dropped, so a long part takes little memory.

    Parameters
    ----------
    packed, name
        The file, and the part.
    begin, end
        Local names of the elements that are yielded, as ``("start", element)`` and ``("end", element)``.

    Raises
    ------
    BadPart, PartTooLarge
        It is not read any further.
    """
    from lxml import etree

    _refuse_declarations(packed, name)
    with packed.open(name) as part:
        parsed = etree.iterparse(
            part, events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
        )
        try:
            for number, (event, element) in enumerate(parsed):
                if number > 2 * MAX_ELEMENTS:
                    raise PartTooLarge(name)
                if not isinstance(element.tag, str):
                    continue
                local = element.tag.rpartition("}")[2]
                if event == "start" and local in begin:
                    yield event, element
                elif event == "end" and local in end:
                    yield event, element
                    element.clear(keep_tail=False)
                    while element.getprevious() is not None:
                        del element.getparent()[0]
        except etree.XMLSyntaxError:
            raise BadPart(name) from None


def _refuse_declarations(packed: zipfile.ZipFile, name: str) -> None:
    """Refuse a part that declares entities, in whatever encoding and however far down: no program writes one."""
    parser = expat.ParserCreate()
    inside = False

    def begin(*_: object) -> None:
        nonlocal inside
        inside = True

    def refuse(*_: object) -> None:
        raise BadPart(name)

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    try:
        with packed.open(name) as part:
            while not inside and (data := part.read(4096)):
                parser.Parse(data, False)
    except (expat.ExpatError, LookupError):
        raise BadPart(name) from None
