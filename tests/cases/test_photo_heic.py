"""A photograph of an iPhone."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from PIL import Image

from actionlearn.answers import attachment_files, attachments, pictures
from actionlearn.errors import BadInput
from actionlearn.i18n import hint, sentence

PHOTO = Path(__file__).parent / "photo-heic" / "noise.heic"
MB = 1024 * 1024


def test_a_photograph_of_an_iphone_is_taken_as_a_picture(tmp_path: Path):
    """It is kept as a JPEG that every browser shows, of the same size, under its name."""
    pytest.importorskip("pillow_heif")
    stored = attachment_files.save(tmp_path, "w", PHOTO.read_bytes(), "noise.heic", most=10 * MB, room=10 * MB)
    assert stored.type == "image/jpeg"
    assert attachments.clean_name("noise.HEIC", stored.type) == "noise.jpg"
    with Image.open(io.BytesIO(attachment_files.get(tmp_path, "w", stored.hash))) as shown:
        assert shown.format == "JPEG"
        assert min(shown.size) > 1


def test_where_it_cannot_be_read_the_refusal_says_how_to_make_it_one(monkeypatch: pytest.MonkeyPatch):
    """Not “files of this kind are not taken”: it is a picture, and there is a way."""
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(BadInput) as refused:
        pictures.made_anew(PHOTO.read_bytes(), "image/heic", (10**9, 10**9))
    assert "HEIC" in sentence(refused.value, "en")
    assert "JPEG" in hint(refused.value, "en")
