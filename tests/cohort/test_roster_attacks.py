"""Spreadsheets that would unfold: what they cost is bounded before it is spent."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK = f'<workbook {NS} xmlns:r="{RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
#: Half a gigabyte of memory and forty seconds are more than any roster takes.
CODE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (40, 40))
from actionlearn.cohort.roster.roster import read_roster
from actionlearn.errors import RosterError
try:
    print([row.username for row in read_roster(open(sys.argv[1], "rb").read())])
except RosterError as error:
    print(sorted({fault.code for fault in error.faults}))
# Not ru_maxrss: a child begins with its parent's.
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def book(sheet: str | bytes) -> bytes:
    """Return a spreadsheet of one sheet."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", WORKBOOK)
        made.writestr("xl/_rels/workbook.xml.rels", LINKS)
        made.writestr("xl/worksheets/sheet1.xml", sheet)
    return file.getvalue()


def cells(*texts: str) -> str:
    """Return cells with texts in them."""
    return "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)


ANA = (
    f"<row>{cells('username', 'firstname', 'lastname', 'email')}</row><row>{cells('ana', 'Ana', 'S', 'a@b.org')}</row>"
)
ENTITIES = '<!DOCTYPE l [<!ENTITY x "boom">]>'


def sheet(rows: str, after: str = "", before: str = "") -> str:
    """Return a sheet's part."""
    return f"{before}<worksheet {NS}><sheetData>{rows}</sheetData>{after}</worksheet>"


@pytest.mark.ordinary("many cells")
@pytest.mark.parametrize(
    ("part", "outcome"),
    [
        (sheet(ANA, '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'), "['roster.merged']"),
        (sheet(f"<row>{'<c><v>1</v></c>' * 200}</row>" * 4_000), "['roster.too_many_rows']"),
        (sheet(f"<row>{'<c><v>1</v></c>' * 800_000}</row>"), "['roster.too_many_rows']"),
        (sheet(ANA + '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t> </t></is></c></row>'), "['ana']"),
        (sheet(ANA + '<row><c s="1"/></row>' * 150_000), "['ana']"),
        (sheet(ANA, before="<!--" + "c" * 5000 + "-->" + ENTITIES), "['roster.no_text']"),
        (
            ('<?xml version="1.0" encoding="utf-16"?>' + sheet(ANA, before=ENTITIES)).encode("utf-16"),
            "['roster.no_text']",
        ),
    ],
    ids=["all merged", "many cells", "one long row", "a far corner", "many formats", "entities", "entities in UTF-16"],
)
def test_a_sheet_that_would_unfold_is_refused_or_read_for_what_it_holds(
    tmp_path: Path, part: str | bytes, outcome: str
):
    """The answer is a sentence or the one learner, within memory and time that any list takes."""
    path = tmp_path / "roster.xlsx"
    path.write_bytes(book(part))
    done = subprocess.run([sys.executable, "-c", CODE, str(path)], capture_output=True, text=True, check=True)
    found, memory = done.stdout.splitlines()
    assert found == outcome
    assert int(memory) < 512
