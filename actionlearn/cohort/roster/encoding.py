"""Find the encoding of a roster's file and decode it."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

#: Byte order mark -> encoding; the longer marks first, for UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What spreadsheets outside Western Europe write where they do not write Unicode.
_ELSEWHERE = ["cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"]


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file, and the encoding it was read in.

    A mark or valid UTF-8 settles it. Otherwise it is a guess, best told to whoever gave the file:
    Western European (``cp1252``) where that gives plausible words, else what charset-normalizer finds.

    Parameters
    ----------
    data
        What is in the file.

    Returns
    -------
    tuple of str
        Text and name of the encoding. Bytes that fit no encoding become U+FFFD.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").removeprefix("\ufeff"), encoding
    if b"\x00" not in data:
        return _without_mark(data)
    # Commas and digits are ASCII everywhere: in UTF-16 half of their bytes are NUL, on one side.
    high, low = data[1::2].count(0), data[0::2].count(0)
    encoding = "utf-16-le" if high > low else "utf-16-be"
    if max(high, low) > len(data) // 8:
        return data.decode(encoding, "replace"), encoding
    return data.decode("utf-8", "replace"), "utf-8"


def is_uncertain(encoding: str) -> bool:
    """Tell whether an encoding that `decode` returned was a guess."""
    return not encoding.startswith("utf")


def _without_mark(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    western = data.decode("cp1252", "replace")
    if _plausible(western):
        return western, "cp1252"
    best = from_bytes(data[: 256 * 1024], cp_isolation=_ELSEWHERE).best()
    encoding = best.encoding if best else "cp1252"
    return data.decode(encoding, "replace"), encoding


def _plausible(text: str) -> bool:
    """Tell whether words look like Latin ones: letters alone, and not all of them accented."""
    if re.search("[^\x00-\x7fÀ-ÖØ-öø-ÿŒœŠšŽžŸªº’‘“”„«»–—·€\xa0]", text):
        return False
    return not re.search("[À-ÖØ-öø-ÿ]{4}", text)
