"""What a view returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rendered:
    """A view that was drawn.

    Parameters
    ----------
    html
        Semantic HTML without script or style; pictures as ``<img alt src="data:…">``.
    text
        The same, for people and programs that read text.
    """

    html: str
    text: str
