"""Notebooks: a `Template` in, a notebook out, and back by reading its cells.

Pure and byte-stable. The call in the cell is the definition: `read` executes nothing.
"""

from actionlearn.notebook.asked_prompts import Asked, asked_in
from actionlearn.notebook.contents import (
    CARD_KEPT,
    CardPiece,
    Contents,
    LivePiece,
    Piece,
    PromptPiece,
    SectionPiece,
    Text,
    ViewPiece,
    escape_markdown,
    fill,
    fill_markdown,
    make_prompt,
)
from actionlearn.notebook.reader import load, named, parameter_values, read, read_file
from actionlearn.notebook.writer import FORMAT, check_parameters, dumps, to_notebook, with_card

__all__ = [
    "CARD_KEPT",
    "FORMAT",
    "Asked",
    "CardPiece",
    "Contents",
    "LivePiece",
    "Piece",
    "PromptPiece",
    "SectionPiece",
    "Text",
    "ViewPiece",
    "asked_in",
    "check_parameters",
    "dumps",
    "escape_markdown",
    "fill",
    "fill_markdown",
    "load",
    "make_prompt",
    "named",
    "parameter_values",
    "read",
    "read_file",
    "to_notebook",
    "with_card",
]
