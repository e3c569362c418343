"""One server for a data folder."""

from __future__ import annotations

import stat
from pathlib import Path

from actionlearn.store.engine.folder_lock import only_server


def test_a_folder_that_a_server_makes_is_for_its_owner_alone(tmp_path: Path):
    """It will hold what people write and who they are."""
    with only_server(tmp_path / "data"):
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
