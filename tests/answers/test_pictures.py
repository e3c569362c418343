"""Pictures that are attached: films are counted before they are unfolded, others are made what pages show."""

from __future__ import annotations

import io
import resource
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from actionlearn.answers import attachment_files, attachments, pictures
from actionlearn.errors import BadInput

MB = 1024 * 1024


def written(picture: Image.Image, format: str, **how: Any) -> bytes:
    """Return a picture as a file."""
    file = io.BytesIO()
    picture.save(file, format, **how)
    return file.getvalue()


def film(width: int, height: int, frames: int) -> bytes:
    """Return an animated PNG with a word of its camera, which is small however large its frames are."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = bytes(width + 1)
    drawn = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    exif = b"MM\0*\0\0\0\x08\0\x01\x01\x0f\0\x02\0\0\0\x04abc\0\0\0\0\0"
    made = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))]
    made += [chunk(b"eXIf", exif), chunk(b"acTL", struct.pack(">II", frames, 0))]
    number = 0
    for frame in range(frames):
        made.append(chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, width, height, 0, 0, 1, 10, 0, 0)))
        number += 1
        if frame:
            made.append(chunk(b"fdAT", struct.pack(">I", number) + drawn))
            number += 1
        else:
            made.append(chunk(b"IDAT", drawn))
    return b"".join([*made, chunk(b"IEND", b"")])


def kept(folder: Path, content: bytes, name: str = "p") -> tuple[str, bytes]:
    """Return type and content of a file as it is kept."""
    stored = attachment_files.save(folder, "w", content, name, most=10 * MB, room=100 * MB)
    return stored.type, attachment_files.get(folder, "w", stored.hash)


@pytest.mark.ordinary("webp")
@pytest.mark.parametrize(
    "content",
    [
        lambda: film(7_000, 7_000, 40),
        lambda: written(Image.new("L", (9_000, 9_000)), "PNG"),
        lambda: written(
            Image.new("P", (4_000, 4_000)),
            "GIF",
            save_all=True,
            append_images=[Image.new("P", (4_000, 4_000), at) for at in range(1, 10)],
        ),
        lambda: written(
            Image.new("RGB", (4_000, 4_000)),
            "WEBP",
            save_all=True,
            lossless=True,
            append_images=[Image.new("RGB", (4_000, 4_000), (at, 0, 0)) for at in range(1, 10)],
            exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0",
        ),
        lambda: written(Image.new("1", (9_000, 9_000)), "TIFF", compression="group4"),
    ],
    ids=["film", "too many points", "gif", "webp", "tiff"],
)
def test_what_unfolds_into_gigabytes_is_refused(tmp_path: Path, content: Any):
    """All frames count, of every format. It is said what is wrong, nothing is kept, and our own memory stays as it is."""
    file = content()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BadInput, match=r"evidence\.picture_size"):
        attachment_files.save(tmp_path, "w", file, "film.png", most=10 * MB, room=100 * MB)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024
    assert not list(tmp_path.iterdir())


def test_a_film_of_a_size_to_be_shown_keeps_its_frames(tmp_path: Path):
    """It loses what its camera wrote, and nothing else."""
    type, content = kept(tmp_path, film(40, 30, 5))
    assert type == "image/png"
    assert b"abc" not in content
    with Image.open(io.BytesIO(content)) as found:
        assert found.size == (40, 30)


@pytest.mark.parametrize(
    ("picture", "format", "type"),
    [
        (Image.new("RGB", (8, 6), "teal"), "BMP", "image/png"),
        (Image.new("RGB", (8, 6), "teal"), "TIFF", "image/png"),
        (Image.new("CMYK", (8, 6), (255, 0, 0, 127)), "TIFF", "image/png"),
        (Image.new("RGBA", (8, 6), (0, 128, 128, 90)), "TIFF", "image/png"),
        (Image.new("I;16", (8, 6), 30_000), "TIFF", "image/png"),
        (Image.new("1", (8, 6), 1), "TIFF", "image/png"),
        (Image.new("P", (8, 6), 3), "BMP", "image/png"),
        (Image.new("RGB", (8, 6), "teal"), "AVIF", "image/jpeg"),
        (Image.new("RGBA", (8, 6), (0, 128, 128, 90)), "AVIF", "image/png"),
    ],
)
def test_what_no_page_shows_is_made_what_pages_show(tmp_path: Path, picture: Image.Image, format: str, type: str):
    """A scan, a screenshot, a photograph of a new device: taken, of the same size, under a name that fits."""
    found, content = kept(tmp_path, written(picture, format), "p")
    assert found == type
    with Image.open(io.BytesIO(content)) as shown:
        assert shown.size == (8, 6)
        assert ("A" in shown.mode) == ("A" in picture.mode)
    assert attachments.clean_name(f"scan.{format.lower()}", type) == f"scan{attachments.ENDINGS[type][0]}"


def test_a_scan_of_several_pages_loses_none_of_them(tmp_path: Path):
    """A page would show the first alone: it is refused, with how to bring all."""
    pages = [Image.new("L", (8, 6), at) for at in range(3)]
    with pytest.raises(BadInput, match=r"evidence\.pages"):
        kept(tmp_path, written(pages[0], "TIFF", save_all=True, append_images=pages[1:]))


@pytest.mark.parametrize("start", [b"II*\0", b"BM", b"\0\0\0\x18ftypheic", b"\0\0\0\x18ftypavif", b"\x89PNG\r\n\x1a\n"])
def test_what_only_begins_like_a_picture_is_none(tmp_path: Path, start: bytes):
    """Whatever is behind the first bytes is read by a process that has limits, and refused."""
    with pytest.raises(BadInput, match=r"evidence\.(kind|heic)"):
        kept(tmp_path, start + b"heic and more than that" * 20)


def test_a_large_exact_picture_is_kept_as_a_photograph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Ten megabytes of points would be most of what somebody may attach."""
    monkeypatch.setattr(pictures, "LARGE", 100)
    made, type = pictures.made_anew(written(Image.effect_noise((90, 90), 99), "BMP"), "image/bmp", (10**6, 10**6))
    assert type == "image/jpeg"
    assert made.startswith(b"\xff\xd8")
