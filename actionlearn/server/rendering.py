"""Jinja pages: one environment, autoescaped, in the reader's language."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from actionlearn import words

#: Folders whose files pages may load, and the endings that are served.
_FOLDERS = ("server/static", "widgets")
_SERVED = frozenset({".css", ".js", ".svg", ".png", ".woff2", ".ico"})


def html_folder() -> Path:
    """Return the folder of our pages."""
    return _package() / "server" / "html"


def _package() -> Path:
    return Path(str(files("actionlearn")))


@cache
def environment() -> Environment:
    """Return the environment of our pages."""
    return Environment(
        loader=FileSystemLoader(html_folder()),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )


def asset(name: str) -> Path | None:
    """Return the file of an asset, None where there is none of that name.

    Parameters
    ----------
    name
        A bare file name, or a path below ``server/static``; nothing that climbs out.
    """
    if Path(name).suffix not in _SERVED:
        return None
    for folder in _FOLDERS:
        root = (_package() / folder).resolve()
        path = (root / name).resolve()
        if path.is_relative_to(root) and path.is_file():
            return path
    return None


@cache
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset_hash(name: str) -> str:
    """Return the hash by which browsers may keep an asset for good; empty where there is none."""
    path = asset(name)
    return _digest(path, path.stat().st_mtime_ns) if path else ""


def namespace(base_url: str, locale: str) -> dict[str, Any]:
    """Return what every page may call: ``_``, ``url``, ``static`` and gettext.

    Parameters
    ----------
    base_url
        Path of the kit, ending with a slash.
    locale
        The reader's language.
    """
    catalogue = words.translations(locale)

    def url(path: str = "") -> str:
        return base_url + path.lstrip("/")

    def static(asset_name: str) -> str:
        return f"{base_url}static/al/{asset_name}?v={asset_hash(asset_name)}"

    def say(message: str, **named: Any) -> str:
        return words.say(message, locale, **named)

    return {
        "_": say,
        "gettext": catalogue.gettext,
        "ngettext": catalogue.ngettext,
        "url": url,
        "static": static,
        "base_url": base_url,
        "locale": locale,
    }


def render(name: str, *, base_url: str, locale: str, **values: Any) -> str:
    """Render one of our pages.

    Parameters
    ----------
    name
        File name in ``server/html``.
    base_url
        Path of the kit, ending with a slash.
    locale
        The reader's language.
    **values
        What the page says.
    """
    return environment().get_template(name).render({**namespace(base_url, locale), **values})
