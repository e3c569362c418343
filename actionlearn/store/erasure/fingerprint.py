"""Finding erased words in an older store without keeping them: a fingerprint that needs the key of that time.

The key stands in the store and goes on by a hash with each erasure. A backup from before an erasure has an earlier
key, from which that of the erasure follows; whoever has the journal and a later store cannot compare anything with it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select, update

from actionlearn.store.tables import retention

_T = retention.erasure_key

#: Sums are counted modulo this prime, as Karp and Rabin do to look for a text (IBM J. Res. Dev. 31, 1987).
_PRIME = (1 << 61) - 1


def take_fingerprint(c: Connection, words: str) -> dict[str, Any]:
    """Return what the journal notes of words that are erased now: how long they are, and what nobody reads them from.

    Returns
    -------
    dict
        ``step`` of the key, ``length`` in characters, ``sum`` (61 bits) and ``digest`` (HMAC-SHA-256, hexadecimal).
    """
    step, key = c.execute(select(_T.c.step, _T.c.key)).one()
    *_, (_, total) = _sums(words, len(words), _base(key))
    return {"step": step, "length": len(words), "sum": total, "digest": _digest(key, words)}


def move_key(c: Connection, step: int) -> None:
    """Put the key that follows a step in the place of any earlier one: what was written with it fits nothing more."""
    now, key = c.execute(select(_T.c.step, _T.c.key)).one()
    if now <= step:
        c.execute(update(_T).values(step=step + 1, key=_moved(key, step + 1 - now)))


def has_key(c: Connection, entry: dict[str, Any]) -> bool:
    """Tell whether this store is from before an erasure of the journal, so that its fingerprint can be compared."""
    fingerprint = entry.get("fingerprint") or {}
    return bool(fingerprint) and c.execute(select(_T.c.step)).scalar_one() <= fingerprint["step"]


def find_words(c: Connection, entry: dict[str, Any], texts: Iterable[str]) -> str:
    """Return the words of an erasure from the first text that has them; empty where none has."""
    fingerprint = entry["fingerprint"]
    step, key = c.execute(select(_T.c.step, _T.c.key)).one()
    key = _moved(key, fingerprint["step"] - step)
    base, length = _base(key), fingerprint["length"]
    for text in texts:
        for start, total in _sums(text, length, base):
            if total == fingerprint["sum"]:
                words = text[start : start + length]
                if hmac.compare_digest(_digest(key, words), fingerprint["digest"]):
                    return words
    return ""


def _sums(text: str, length: int, base: int) -> Iterable[tuple[int, int]]:
    """Return each place where a text of this length may begin, with the sum of the letters that follow."""
    top, total = pow(base, length, _PRIME), 0
    for end, letter in enumerate(text, 1):
        total = (total * base + ord(letter)) % _PRIME
        if end > length:
            total = (total - ord(text[end - length - 1]) * top) % _PRIME
        if end >= length:
            yield end - length, total


def _moved(key: str, steps: int) -> str:
    for _ in range(steps):
        key = hmac.digest(bytes.fromhex(key), b"next", hashlib.sha256).hex()
    return key


def _base(key: str) -> int:
    return int.from_bytes(hmac.digest(bytes.fromhex(key), b"base", hashlib.sha256)) % (_PRIME - 256) + 256


def _digest(key: str, words: str) -> str:
    return hmac.digest(bytes.fromhex(key), b"words" + words.encode(), hashlib.sha256).hex()
