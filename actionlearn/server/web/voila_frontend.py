"""Voilà's front-end: what it is told, which of its files a page needs, and how they are served.

Their addresses hold a stamp of what is installed, so that a browser keeps them for good: a page that has been
opened once asks for none of them again. They are compressed once, not for each who asks.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_path

from actionlearn.server.web.static_files import FrontEnd

log = logging.getLogger("actionlearn.server")

#: Extensions that a page loads: the widgets' own, and anywidget, which ours are made with.
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget")

#: Where the front-end and its extensions are served, below the kit's path.
STATIC, LABEXTENSIONS = "voila/static", "voila/labextensions"


@cache
def _folders(*inside: str) -> tuple[Path, ...]:
    return tuple(Path(path) for path in jupyter_path(*inside) if Path(path).is_dir())


def static_folders() -> tuple[Path, ...]:
    """Return the folders of the static files of Voilà's base template, and of no other."""
    return _folders("voila", "templates", "base", "static")


def extension_folders() -> tuple[Path, ...]:
    """Return the folders of extensions, wherever Jupyter keeps them."""
    return _folders("labextensions") + _folders("voila", "labextensions")


@cache
def version_stamp() -> str:
    """Return what changes when any file of the front-end does."""
    own = [path for folder in static_folders() for path in folder.glob("*.js")]
    theirs = [folder / name / "package.json" for folder in extension_folders() for name in EXTENSIONS]
    seen = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in own + theirs if path.is_file()]
    return hashlib.sha256(json.dumps(sorted(seen)).encode()).hexdigest()[:12]


@cache
def page_config(base_url: str) -> dict[str, Any]:
    """Return what the front-end is told: where its files are, and which extensions it may load.

    Parameters
    ----------
    base_url
        Path of the kit.
    """
    from voila.configuration import VoilaConfiguration
    from voila.utils import get_page_config

    # None twice is what makes the front-end take the MathJax it brings along.
    settings = {"mathjax_url": None, "mathjax_config": None}
    configuration = VoilaConfiguration(extension_allowlist=list(EXTENSIONS))
    config: dict[str, Any] = get_page_config(base_url, settings, log, configuration)
    where = {
        "fullStaticUrl": f"{base_url}{STATIC}/{version_stamp()}",
        "fullLabextensionsUrl": f"{base_url}{LABEXTENSIONS}/{version_stamp()}",
    }
    return {**config, **where, "baseUrl": base_url, "jupyterLabTheme": "light"}


#: Templates, by hash, with live cells that turned out to need it.
_expected: set[str] = set()


def mark_needed(template: str) -> None:
    """Know that pages of a template will ask for the front-end: their live cells show more than the page itself draws.

    Parameters
    ----------
    template
        Its hash.
    """
    _expected.add(template)


def preload_urls(base_url: str, templates: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses of what pages of these templates will ask for, as far as that is known.

    What live cells show is known when they have run: until one page of a template has, nothing is expected of it.

    Parameters
    ----------
    base_url
        Path of the kit.
    templates
        Hashes of templates.
    """
    return all_urls(base_url) if _expected.intersection(templates) else ()


@cache
def all_urls(base_url: str) -> tuple[str, ...]:
    """Return the addresses of all files that the front-end asks for, of those that are installed.

    One of them asks for the next: told of all at once, a browser asks for all at once.

    Parameters
    ----------
    base_url
        Path of the kit.
    """
    names = (files("actionlearn.server.web") / "voila_frontend.txt").read_text("utf-8").split()
    there = {STATIC: static_folders(), LABEXTENSIONS: extension_folders()}
    found = []
    for name in names:
        kind = next(each for each in there if name.startswith(each))
        path = name.removeprefix(f"{kind}/")
        if any((folder / path.partition("?")[0]).is_file() for folder in there[kind]):
            found.append(f"{base_url}{kind}/{version_stamp()}/{path}")
    return tuple(found)


class VoilaFiles(FrontEnd):
    """Voilà's own front-end."""

    def folders(self) -> tuple[Path, ...]:
        """Serve the static files of Voilà's base template."""
        return static_folders()

    def stamp(self) -> str:
        """Return what is installed."""
        return version_stamp()


class ExtensionFiles(FrontEnd):
    """The extensions of the front-end that a page loads."""

    allowed = tuple(f"{name}/static/" for name in EXTENSIONS)

    def folders(self) -> tuple[Path, ...]:
        """Serve those that are allowed."""
        return extension_folders()

    def stamp(self) -> str:
        """Return what is installed."""
        return version_stamp()
