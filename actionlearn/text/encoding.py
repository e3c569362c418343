"""Find the encoding of a file of text and decode it, whatever program wrote it."""

from __future__ import annotations

import codecs
import re

#: Byte order mark -> encoding, where it settles the matter in any file.
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: The same where the encoding is guessed; the longer marks first, for UTF-32's begins with UTF-16's.
_ALL_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    *_MARKS,
)
#: What spreadsheets outside Western Europe write where they do not write Unicode.
_ELSEWHERE = ["cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"]


def decode(data: bytes, *, guess: bool = False, strict: bool = False) -> tuple[str, str]:
    """Return the text of a file, and the encoding it was read in.

    A mark or valid UTF-8 settles it. Otherwise it is taken for Western European (``cp1252``).

    Parameters
    ----------
    data
        What is in the file.
    guess
        Look for UTF-16 without a mark, and where ``cp1252`` gives no plausible words, for what else it may be; best
        told to whoever gave the file (`is_uncertain`).
    strict
        Refuse bytes that do not fit; else they become U+FFFD.

    Raises
    ------
    UnicodeDecodeError
        With `strict`, the bytes are no text.
    """
    errors = "strict" if strict else "replace"
    for mark, encoding in _ALL_MARKS if guess else _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors).removeprefix("\ufeff"), encoding
    if guess and b"\x00" in data:
        encoding = _wide(data)
        return data.decode(encoding, errors), encoding
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        encoding = _guessed(data) if guess else "cp1252"
        return data.decode(encoding, errors), encoding


def is_uncertain(encoding: str) -> bool:
    """Tell whether an encoding that `decode` returned was a guess."""
    return not encoding.startswith("utf")


def _wide(data: bytes) -> str:
    """Return the encoding of bytes with NUL in them and no mark.

    Commas and digits are ASCII everywhere: in UTF-16 half of their bytes are NUL, on one side.
    """
    high, low = data[1::2].count(0), data[0::2].count(0)
    if max(high, low) <= len(data) // 8:
        return "utf-8"
    return "utf-16-le" if high > low else "utf-16-be"


def _guessed(data: bytes) -> str:
    """Return Western European where that gives plausible words, else what charset-normalizer finds."""
    from charset_normalizer import from_bytes  # late: what draws a chart asks for no guess

    if _plausible(data.decode("cp1252", "replace")):
        return "cp1252"
    best = from_bytes(data[: 256 * 1024], cp_isolation=_ELSEWHERE).best()
    return best.encoding if best else "cp1252"


def _plausible(text: str) -> bool:
    """Tell whether words look like Latin ones: letters alone, and not all of them accented."""
    if re.search("[^\x00-\x7fÀ-ÖØ-öø-ÿŒœŠšŽžŸªº’‘“”„«»–—·€\xa0]", text):
        return False
    return not re.search("[À-ÖØ-öø-ÿ]{4}", text)
