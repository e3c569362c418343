"""The folders of kernels: each has its own, and nobody reaches that of another.

::

    runtime/warm/                  where forks are asked for: out of reach of every kernel
    runtime/fonts/                 what matplotlib notes; kernels read it
    runtime/<cells>/shared/        where cells run once for all who have them
    runtime/<cells>/<kernel>/      connection file and sockets of one kernel
    runtime/<cells>/<kernel>/room/ where it writes

Cells that run once for all reach what is below ``<cells>``: their forks are made there, with rights that are no wider.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from secrets import token_bytes, token_hex

#: What a kernel inherits of our environment; the rest is made for it.
INHERITED = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH")


class KernelFolders:
    """Where kernels of a server are, and what they are told of that.

    Parameters
    ----------
    home
        The folder of a server that runs, for it alone.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self._secret = token_bytes(16)

    @property
    def warm(self) -> Path:
        """Folder of what kernels are forked from."""
        return _made(self.home / "warm")

    @property
    def fonts(self) -> Path:
        """Folder of what matplotlib notes."""
        return _made(self.home / "fonts")

    def shared(self, key: str) -> tuple[str, str]:
        """Return the folder in which cells are run for all who have them, and the one they may reach.

        Parameters
        ----------
        key
            What is the same for all who have these cells.
        """
        family = self._family(key)
        return str(_made(family / "shared")), str(family)

    def kernel(self, key: str) -> tuple[str, str]:
        """Return a new folder for one kernel, and the room in it where it may write."""
        # Its name is short, as the path of a socket has to be, and tells nobody that of the kernel.
        folder = _made(self._family(key) / token_hex(5))
        return str(folder), str(_made(folder / "room"))

    def _family(self, key: str) -> Path:
        return _made(self.home / hashlib.sha256(self._secret + key.encode()).hexdigest()[:10])

    def environment(self, folder: str) -> dict[str, str]:
        """Return the whole environment of a kernel in a folder."""
        own = {
            "HOME": folder,
            "TMPDIR": folder,
            "IPYTHONDIR": folder,
            "MPLBACKEND": "agg",
            "MPLCONFIGDIR": str(self.fonts),
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONNOUSERSITE": "1",
            "ACTIONLEARN_SERVER": "1",
        }
        return {name: os.environ[name] for name in INHERITED if name in os.environ} | own


def remove(folder: str) -> None:
    """Remove the folder of a kernel that has ended."""
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
