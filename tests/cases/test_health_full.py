"""Where nothing can be saved the server says so to whoever watches it."""

from __future__ import annotations

import resource
import time
from pathlib import Path

from ..support.served_kit import World


def comes_to(world: World, status: int) -> bool:
    """Tell whether /health comes to say this: it looks once a second at most."""
    for _ in range(50):
        if world.ask("", "GET", "/health").status == status:
            return True
        time.sleep(0.1)
    return False


def test_a_server_that_cannot_save_is_not_well(tmp_path: Path):
    """Its disk takes no more: 503 at /health while a save is refused; 200 once there is room again."""
    world = World(tmp_path).start()
    try:
        assert world.ask("", "GET", "/health").status == 200
        assert world.process is not None
        size = (world.data / "actionlearn.sqlite-wal").stat().st_size
        _, most = resource.prlimit(world.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(world.process.pid, resource.RLIMIT_FSIZE, (size, most))
        refused = world.save("ana", world.book["ana/impact"], "changed", "words " * 2000)
        assert refused.status == 503
        assert comes_to(world, 503)
        resource.prlimit(world.process.pid, resource.RLIMIT_FSIZE, (most, most))
        assert comes_to(world, 200)
        assert world.save("ana", world.book["ana/impact"], "changed", "words " * 2000).status == 200
    finally:
        world.stop()
