"""What the server works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actionlearn.store import Store


@dataclass(frozen=True)
class Kit:
    """What the server works with.

    Parameters
    ----------
    store
        The opened store.
    data
        Folder of workbooks and reviews.
    settings
        Every setting by name (`actionlearn.settings`).
    demo
        Whether "view as" exists.
    preview
        In a preview: makes the page again where its template has changed, and returns a stamp of it.
    """

    store: Store
    data: Path
    settings: dict[str, Any]
    demo: bool = False
    preview: Callable[[], str] | None = None
