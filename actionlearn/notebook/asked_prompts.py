"""The prompts of many workbooks: one notebook of each version of a template is read, for all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from actionlearn.answers.conditions import Questions
from actionlearn.notebook.reader import read_file

#: Takes path, hash and language of a notebook; says what its owner answers in it.
Asked = Callable[[str, str, str], Questions]


def asked_in(data: Path) -> Asked:
    """Return who knows what is asked in the notebooks of a data folder; nothing where a file is gone."""
    known: dict[tuple[str, str], Questions] = {}

    def asked(path: str, hash: str, locale: str) -> Questions:
        if (hash, locale) not in known:
            known[hash, locale] = _questions(data / path)
        return known[hash, locale]

    return asked


def _questions(path: Path) -> Questions:
    try:
        return read_file(path).questions
    except OSError:
        return Questions({})
