"""Files attached to answers: what is taken, how it is kept, and what it is called."""

from __future__ import annotations

import errno
import io
import os
import stat
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from actionlearn.answers import attachment_files, attachments
from actionlearn.answers.kinds import check
from actionlearn.answers.passages import ErasedPassage, blanked, text_fields
from actionlearn.answers.prompts import Prompt, is_empty
from actionlearn.answers.rendering import item_for, value_html, value_text
from actionlearn.errors import AnswerError, BadInput, Missing, StoreError, TooLarge

MB = 1024 * 1024
BOOK = str(uuid4())
HASH = "a" * 64


def picture(format: str = "PNG", size: tuple[int, int] = (8, 6)) -> bytes:
    """Return a picture."""
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, format)
    return file.getvalue()


def packed(*names: str, **contents: str) -> bytes:
    """Return an archive with files of these names in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, contents.get(name, "x"))
    return file.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
DOCX = packed("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("content", "name", "type"),
    [
        (picture(), "a.png", "image/png"),
        (picture(), "a.html", "image/png"),
        (picture("JPEG"), "a", "image/jpeg"),
        (picture("GIF"), "a.gif", "image/gif"),
        (picture("WEBP"), "a.webp", "image/webp"),
        (b"%PDF-1.7\n1 0 obj\n", "a.pdf", "application/pdf"),
        (b"week,late\n1,12\n", "late.csv", "text/csv"),
        ("semana;atrasos\n1;12,5\n".encode("utf-16"), "late.CSV", "text/csv"),
        ("Não\n".encode("cp1252"), "notes.txt", "text/plain"),
        (b"week,late\n", "late.xlsx", "text/plain"),
        (DOCX, "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (
            packed("mimetype", mimetype="application/vnd.oasis.opendocument.text"),
            "a.odt",
            "application/vnd.oasis.opendocument.text",
        ),
    ],
)
def test_a_file_is_what_its_bytes_say(content, name, type):
    """The type is read from the bytes; the name only tells a table from other text."""
    assert attachment_files.media_type(content, name) == type


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (SVG, "drawing.svg"),
        (b"\xef\xbb\xbf  " + SVG, "drawing.png"),
        (b'<?xml version="1.0"?>' + SVG, "a.txt"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "photo.png"),
        (b"\n\n<html><body>", "a.csv"),
        (packed("orders.csv"), "orders.csv"),
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "a.docx"),
        (DOCX[:-30], "a.docx"),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 60, "a.txt"),
        (b"MZ\x90\x00\x03", "a.pdf"),
        (b"a,b\x00c\n", "a.csv"),
        (b"\x1b]0;x\x07", "a.txt"),
        (b"", "a.txt"),
    ],
)
def test_what_could_run_or_is_not_what_it_says_is_not_taken(content, name):
    """Markup, archives, macros, programs and broken pictures are refused, whatever they are called."""
    assert attachment_files.media_type(content, name) == ""
    with pytest.raises(BadInput, match=r"evidence\.(kind|empty)"):
        attachment_files.save(Path("/nowhere"), BOOK, content, name, most=MB, room=MB)


@pytest.mark.parametrize("content", [picture()[:40], b"GIF89a<script>alert(1)</script>"])
def test_a_picture_that_is_none_to_its_end_is_not_taken(tmp_path, content):
    """Its first bytes may say what they like."""
    with pytest.raises(BadInput, match=r"evidence\.kind"):
        attachment_files.save(tmp_path, BOOK, content, "a.png", most=MB, room=MB)
    assert list(tmp_path.iterdir()) == []


def test_it_is_kept_under_its_hash_for_us_alone(tmp_path):
    """One file of its hash in a folder that only we may open; the same twice is one; no other is left beside it."""
    first = attachment_files.save(tmp_path, BOOK, picture(), "a.png", most=MB, room=MB)
    assert attachment_files.save(tmp_path, BOOK, picture(), "b.png", most=MB, room=0) == first
    folder = tmp_path / attachment_files.FOLDER / BOOK
    assert [path.name for path in folder.iterdir()] == [first.hash]
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / first.hash).stat().st_mode) == 0o600
    assert attachment_files.get(tmp_path, BOOK, first.hash) == picture()
    assert attachment_files.bytes_used(tmp_path, [BOOK, "none"]) == first.size


def test_limits(tmp_path):
    """Empty, too large, and more than one's share are refused, and nothing is left."""
    with pytest.raises(BadInput, match=r"evidence\.empty"):
        attachment_files.save(tmp_path, BOOK, b"", "a.csv", most=MB, room=MB)
    with pytest.raises(TooLarge, match=r"evidence\.too_large"):
        attachment_files.save(tmp_path, BOOK, b"a" * (MB + 1), "a.txt", most=MB, room=9 * MB)
    with pytest.raises(TooLarge, match=r"evidence\.full"):
        attachment_files.save(tmp_path, BOOK, b"a,b", "a.csv", most=MB, room=2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "no_room"), (errno.EIO, "not_kept")])
def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch, number, code):
    """Where the disk cannot take it, that is said, and no half of it stays."""

    def fail(_: int) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(StoreError, match=code):
        attachment_files.save(tmp_path, BOOK, b"a,b", "a.csv", most=MB, room=MB)
    assert list((tmp_path / attachment_files.FOLDER / BOOK).iterdir()) == []


def test_a_file_that_changed_on_the_disk_is_not_given_out(tmp_path):
    """What does not have its hash any more is missing, as is a link, and a path in the place of a hash."""
    kept = attachment_files.save(tmp_path, BOOK, b"a,b", "a.csv", most=MB, room=MB)
    path = tmp_path / attachment_files.FOLDER / BOOK / kept.hash
    path.write_bytes(b"b,a")
    for hash in (kept.hash, "../../secret", "b" * 64):
        with pytest.raises(Missing):
            attachment_files.get(tmp_path, BOOK, hash)
    path.unlink()
    path.symlink_to("/etc/hostname")
    assert attachment_files.find(tmp_path, BOOK, kept.hash) is None


def test_what_nothing_names_is_swept_after_a_day(tmp_path):
    """An old file that no answer names goes; a young one may be about to be named, a named one stays."""
    old, young, named = (
        attachment_files.save(tmp_path, BOOK, text, "a.txt", most=MB, room=MB).hash
        for text in (b"old", b"young", b"named")
    )
    for hash in (old, named):
        os.utime(tmp_path / attachment_files.FOLDER / BOOK / hash, (0, 0))
    assert attachment_files.delete_unreferenced(tmp_path, BOOK, {named}) == 1
    assert {path.name for path in (tmp_path / attachment_files.FOLDER / BOOK).iterdir()} == {young, named}
    assert attachment_files.delete_unreferenced(tmp_path, "none", ()) == 0


def test_an_answer_says_what_the_kept_file_is(tmp_path):
    """Size, type and ending come from the file; one that is not kept for this workbook cannot be attached to it."""
    kept = attachment_files.save(tmp_path, BOOK, picture(), "a.png", most=MB, room=MB)
    claimed = {"file": kept.hash, "name": "x.pdf", "size": 1, "type": "application/pdf"}
    assert attachment_files.verified(tmp_path, BOOK, [claimed, {"link": "https://x.example"}]) == [
        {"file": kept.hash, "name": "x.pdf.png", "size": kept.size, "type": "image/png"},
        {"link": "https://x.example"},
    ]
    with pytest.raises(AnswerError):
        attachment_files.verified(tmp_path, str(uuid4()), [claimed])
    assert attachment_files.verified(tmp_path, BOOK, None) is None


def test_a_live_cell_gets_the_text_of_a_table(tmp_path):
    """A CSV comes with its text, a picture without."""
    table, other = (
        attachment_files.save(tmp_path, BOOK, *each, most=MB, room=MB)
        for each in ((b"a;b\n1;2\n", "t.csv"), (picture(), "p.png"))
    )
    value = [{"file": each.hash, "name": "x", "size": each.size, "type": each.type} for each in (table, other)]
    first, second = attachment_files.with_texts(tmp_path, BOOK, [*value, {"link": "https://x.example"}])[:2]
    assert first["text"] == "a;b\n1;2\n"
    assert "text" not in second


# What stands in the answer --------------------------------------------------------------------

ASKED = Prompt("proof", "What shows it?", kind="file")
ENTRY = {"file": HASH, "name": "late.csv", "size": 2048, "type": "text/csv"}


def test_the_value_is_checked_and_the_same_thing_is_there_once():
    """Files by hash and links; twice the same is once; nothing is nothing."""
    assert check(ASKED, [ENTRY, {"link": " https://x.example/a "}, dict(ENTRY)]) == [
        ENTRY,
        {"link": "https://x.example/a"},
    ]
    assert check(ASKED, []) is None
    assert not is_empty([ENTRY])


@pytest.mark.parametrize(
    "entry",
    [
        *(
            "text",
            5,
            {},
            {"link": 5},
            {"file": "../x"},
            {**ENTRY, "file": "A" * 64},
            {**ENTRY, "size": -1},
            {**ENTRY, "size": True},
        ),
        *(
            {**ENTRY, "type": "text/html"},
            {**ENTRY, "type": "image/svg+xml"},
            {**ENTRY, "path": "x"},
            {**ENTRY, "size": "9"},
        ),
        *(
            {"link": each}
            for each in ("javascript:alert(1)", "data:text/html,x", "ftp://x", "//x.example", "https://", "https://a b")
        ),
        *(
            {"link": each}
            for each in (
                "https://u:p@x.example",
                'https://x.example/"><script>',
                "https://x/" + "a" * 2000,
                "https://x\u202e/",
            )
        ),
    ],
)
def test_what_is_no_file_and_no_link_is_refused(entry):
    """A link is http or https with nothing odd in it; a file has a hash, a size and a type that is taken."""
    with pytest.raises(AnswerError):
        check(ASKED, [entry])


def test_too_many_things_are_refused():
    """There is an end to what can be attached to one answer."""
    with pytest.raises(AnswerError, match="too_many"):
        check(ASKED, [{"link": f"https://x.example/{number}"} for number in range(attachments.MOST + 1)])


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("../../etc/passwd", "passwd.csv"),
        ("C:\\Users\\eva\\late.csv", "late.csv"),
        ("a\u202evsc.exe", "avsc.exe.csv"),
        (".htaccess", "htaccess.csv"),
        ("late\r\nX-Evil: 1.csv", "late X-Evil_ 1.csv"),
        ('a"; filename="b.html', "a__ filename=_b.html.csv"),
        ("", "file.csv"),
        ("Relatório de março.CSV", "Relatório de março.CSV"),
        ("cafe\u0301.csv", "caf\u00e9.csv"),
        ("CON.csv", "_CON.csv"),
        ("aux.late.csv", "_aux.late.csv"),
        ("nul .csv", "_nul.csv"),
        ("com1", "_com1.csv"),
        ("console.csv", "console.csv"),
    ],
)
def test_a_name_is_only_words(raw, name):
    """No path, nothing hidden, an ending that fits what the file is."""
    assert attachments.clean_name(raw, "text/csv") == name


@given(st.text(max_size=400), st.sampled_from(sorted(attachments.ENDINGS)))
def test_every_name_becomes_one_that_is_safe(raw, type):
    """Whatever it is called: one part of a path, not long, an ending of its type, and clean is clean."""
    name = attachments.clean_name(raw, type)
    assert name == Path(name).name
    assert len(name) <= attachments.LONGEST_NAME
    assert name.lower().endswith(attachments.ENDINGS[type])
    assert not name.startswith(".")
    assert name.isprintable() or any(ord(each) > 127 for each in name)
    assert attachments.clean_name(name, type) == name


def test_it_is_read_as_a_name_and_a_link():
    """An answer shows names with sizes, and links that lead nowhere but to the web; all of it escaped."""
    value = [{**ENTRY, "name": "<b>late.csv"}, {"link": "https://x.example/?a=1&b=2", "name": "<i>"}]
    html = value_html(item_for(ASKED, value))
    assert "&lt;b&gt;late.csv (2 KB)" in html
    assert '<a href="https://x.example/?a=1&amp;b=2" rel="noopener noreferrer nofollow">&lt;i&gt;</a>' in html
    assert value_text(ASKED, value=value) == "<b>late.csv (2 KB)\n<i>: https://x.example/?a=1&b=2"


def test_erasing_takes_a_thing_as_a_whole():
    """Whichever of its hash, name or link is erased: the entry goes, the others stay."""
    other: dict[str, Any] = {"link": "https://x.example"}
    for words in (HASH, "late"):
        passage = ErasedPassage(words, text_fields(ASKED))
        assert passage.spans([other, ENTRY])
        assert passage.without([other, ENTRY]) == [other]
        assert passage.without([ENTRY]) is None
    assert blanked([ENTRY, other], ErasedPassage("", text_fields(ASKED))) is None


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("lies", [1, 6])
def test_a_photo_is_kept_without_the_place_it_was_taken(tmp_path, format, lies):
    """Neither place nor camera is in what is kept; it stands as it was seen, and its colours are what they were."""
    exif = Image.Exif()
    exif[0x0112] = lies
    exif[0x010F] = "CAMERA-OF-ANA"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (38.0, 43.0, 0.0)
    file = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(file, format, exif=exif)
    assert b"CAMERA-OF-ANA" in file.getvalue()
    kept = attachment_files.save(tmp_path, "w", file.getvalue(), "p", most=10**6, room=10**6)
    content = attachment_files.get(tmp_path, "w", kept.hash)
    assert b"CAMERA-OF-ANA" not in content
    with Image.open(io.BytesIO(content)) as found:
        assert not found.getexif()
        assert found.size == ((8, 6) if lies == 1 else (6, 8))
        assert all(abs(a - b) < 6 for a, b in zip(found.convert("RGB").getpixel((2, 2)), (0, 128, 128), strict=True))
    again = attachment_files.save(tmp_path, "w", content, "p", most=10**6, room=10**6)
    assert again == kept  # what tells nothing stays as it is
