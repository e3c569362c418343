"""Jinja pages: one environment, autoescaped, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateAssertionError
from markupsafe import Markup

from actionlearn import i18n
from actionlearn.server.rendering import assets
from actionlearn.text.html_pages import page_environment


def html_folder() -> Path:
    """Return the folder of our pages."""
    return Path(str(files("actionlearn"))) / "server" / "html"


@cache
def environment() -> Environment:
    """Return the environment of our pages."""
    return page_environment(html_folder())


def compile_all() -> None:
    """Compile every page of ours, and read every language."""
    for name in environment().list_templates(extensions=["html"]):
        with suppress(TemplateAssertionError):  # a page of notebooks, which has an environment of its own
            environment().get_template(name)
    for locale in i18n.language_names():
        namespace("/", locale)


@cache
def namespace(base_url: str, locale: str) -> Mapping[str, Any]:
    """Return what every page may call: ``_``, ``url``, ``static``, ``inline``, ``still`` and gettext.

    Parameters
    ----------
    base_url
        Path of the kit, ending with a slash.
    locale
        The reader's language.
    """
    catalogue = i18n.translations(locale)

    def url(path: str = "") -> str:
        return base_url + path.lstrip("/")

    def static(asset_name: str) -> str:
        return f"{base_url}static/al/{asset_name}?v={assets.asset_hash(asset_name)}"

    def say(message: str, **named: Any) -> str:
        return i18n.say(message, locale, **named)

    @cache
    def still(name: str) -> Markup:
        """Return a part of pages that is the same for everybody who reads the language."""
        return Markup(environment().get_template(name).render(names))  # noqa: S704 - a page of ours, escaped as all are

    names: Mapping[str, Any] = {
        "_": say,
        "gettext": catalogue.gettext,
        "ngettext": catalogue.ngettext,
        "url": url,
        "static": static,
        "inline": assets.inline,
        "base_url": base_url,
        "locale": locale,
        "languages": i18n.language_names(),
        "direction": i18n.direction,
        "formats": str(i18n.format_locale(locale)).replace("_", "-"),
        "still": still,
    }
    return names


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
