"""`actionlearn lab`: a notebook in JupyterLab, on this machine."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from actionlearn.errors import BadInput, ServerError
from actionlearn.settings import environment_without_secrets


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("more", nargs=-1, type=click.UNPROCESSED)
def lab(file: Path, more: tuple[str, ...]) -> None:
    """Open FILE in JupyterLab on this machine; MORE goes to JupyterLab as it is."""
    if not file.is_file():
        raise BadInput("server.no_such_file", path=file)
    if find_spec("jupyterlab") is None:
        raise ServerError("server.no_lab")
    command = [sys.executable, "-m", "jupyterlab", *more, str(file)]
    raise SystemExit(subprocess.run(command, check=False, env=environment_without_secrets()).returncode)  # noqa: S603 - our own interpreter, no shell
