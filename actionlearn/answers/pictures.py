"""Pictures that are attached to answers: taken as pages show them, without what a camera wrote beside them.

Whoever reads a picture unfolds what somebody else has packed: a few bytes may be a film of gigabytes. So it is counted
before it is unfolded, and unfolded in a process that has limits.
"""

from __future__ import annotations

import io
from typing import Any

from actionlearn.budget import PICTURE
from actionlearn.errors import BadInput
from actionlearn.limited_process import OverBudget, WorkFailed, run_limited

#: Kinds of pictures that a page shows -> pillow's name; those that are made one of them.
PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
CONVERTED = {"image/heic": "HEIF", "image/avif": "AVIF", "image/tiff": "TIFF", "image/bmp": "BMP"}

#: How many points one picture may have, and all frames of a film together: more would stall a browser.
MOST_PIXELS = 60_000_000
MOST_FILM_PIXELS = 120_000_000

#: From so many bytes on a picture that could be kept to the point is kept as a photograph.
LARGE = 4 * 1024 * 1024

#: What a picture may bring beside its exif that tells of its maker, by pillow's names; and the tag of how it lies.
_TOLD = frozenset({"exif", "xmp", "XML:com.adobe.xmp", "photoshop", "comment", "Comment", "Author", "Description"})
_TURNED = 0x0112

#: What the first brand of a file of the ISO family says that it is.
_BRANDS = {b"avif": "image/avif", b"avis": "image/avif"} | dict.fromkeys(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "image/heic"
)
_STARTS = {b"II*\0": "image/tiff", b"MM\0*": "image/tiff", b"BM": "image/bmp"}


def converted_type(content: bytes) -> str:
    """Return what a picture is that no page shows, but that can be made one; empty for anything else."""
    if content[4:8] == b"ftyp":
        found = _BRANDS.get(content[8:12], "")
        # The general brand is followed by that of what is inside.
        return "image/avif" if found and b"avif" in content[12:64] else found
    return next((type for start, type in _STARTS.items() if content.startswith(start) and len(content) > 25), "")


def prepared(content: bytes, type: str) -> tuple[bytes, str]:
    """Return a picture as it is kept, and what it is then.

    One that tells nothing of its maker and that pages show stays as it is, byte for byte. One that lay on its side is
    turned for good.

    Parameters
    ----------
    content, type
        The picture, and what its first bytes say that it is.

    Raises
    ------
    BadInput
        ``evidence.kind``: it is none. ``evidence.picture_size``: it has too many points, or frames.
        ``evidence.pages``: it has several pages. ``evidence.heic``: this installation does not read it.
    """
    try:
        made, kind = run_limited(PICTURE, made_anew, content, type, (MOST_PIXELS, MOST_FILM_PIXELS))
    except OverBudget as error:
        raise BadInput("evidence.picture_size", millions=MOST_PIXELS // 1_000_000) from error
    except WorkFailed as error:
        raise BadInput("evidence.kind") from error
    return bytes(made), str(kind)


def made_anew(content: bytes, type: str, most: tuple[int, int]) -> tuple[bytes, str]:
    """Do what `prepared` says, here."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # they are counted here, with all frames
    if type == "image/heic":
        _read_heic()
    formats = [{**PICTURES, **CONVERTED}[type]]
    try:
        with Image.open(io.BytesIO(content), formats=formats) as picture:
            _count(picture, most)
            picture.verify()
        with Image.open(io.BytesIO(content), formats=formats) as picture:
            return _converted(picture) if type in CONVERTED else (_without_words(picture, content, type), type)
    except (BadInput, MemoryError):
        raise
    except Exception as error:
        raise BadInput("evidence.kind") from error


def _count(picture: Any, most: tuple[int, int]) -> None:
    points, frames = picture.width * picture.height, getattr(picture, "n_frames", 1)
    if points > most[0] or points * frames > most[1]:
        raise BadInput("evidence.picture_size", millions=most[0] // 1_000_000)
    if frames > 1 and picture.format == "TIFF":
        raise BadInput("evidence.pages", count=frames)


def _read_heic() -> None:
    try:
        import pillow_heif
    except ImportError as error:
        raise BadInput("evidence.heic") from error
    pillow_heif.register_heif_opener(thumbnails=False)


def _converted(picture: Any) -> tuple[bytes, str]:
    """Return a picture as pages show it: to the point where it can be, else, or where that is large, as a photograph."""
    from PIL import ImageOps

    photograph = picture.format in ("HEIF", "AVIF")
    profile = picture.info.get("icc_profile")
    turned = ImageOps.exif_transpose(picture)
    if turned.mode.startswith(("I", "F")):
        turned = ImageOps.autocontrast(turned.convert("F").convert("L"))
    elif "A" in turned.mode or "transparency" in turned.info:
        return _written(turned.convert("RGBA"), "PNG", profile), "image/png"
    elif turned.mode not in ("1", "L", "RGB"):
        turned = turned.convert("RGB")
    if not photograph and len(exact := _written(turned, "PNG", profile)) <= LARGE:
        return exact, "image/png"
    return _written(turned.convert("RGB"), "JPEG", profile, quality=92), "image/jpeg"


def _written(picture: Any, format: str, profile: bytes | None, **how: Any) -> bytes:
    picture.info = {}
    written = io.BytesIO()
    picture.save(written, format, exif=b"", **({"icc_profile": profile} if profile else {}), **how)
    return written.getvalue()


def _without_words(picture: Any, content: bytes, type: str) -> bytes:
    """Return a picture without what a camera wrote beside it: where it was taken, when, with what."""
    from PIL import ImageOps

    if type == "image/gif":  # a camera makes none
        return content
    picture.load()
    exif = picture.getexif()
    if not exif and not set(picture.info) & _TOLD:
        return content
    turned = exif.get(_TURNED, 1) != 1
    # Of a film each frame stays where it is; one that is turned is no film.
    made = ImageOps.exif_transpose(picture) if turned else picture
    colour_data = {key: made.info[key] for key in ("transparency", "icc_profile") if made.info.get(key)}
    made.info = {}
    whole = picture.format == "JPEG" and not turned  # its points stay what they are
    how: dict[str, Any] = {} if type == "image/png" else {"quality": "keep" if whole else 92}
    if getattr(picture, "n_frames", 1) > 1 and not turned and type != "image/jpeg":
        how["save_all"] = True
    written = io.BytesIO()
    made.save(written, PICTURES[type], exif=b"", **how, **colour_data)
    return written.getvalue()
