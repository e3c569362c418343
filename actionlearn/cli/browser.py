"""Open a page in a graphical browser, where there is one."""

from __future__ import annotations

import os
import sys
import webbrowser


def show_page(address: str) -> bool:
    """Open an address in a graphical browser; False where there is none.

    A text browser would take the terminal, which says what people need to know.
    """
    if not graphical():
        return False
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    if type(browser) is webbrowser.GenericBrowser:  # what the standard library takes text browsers for
        return False
    return browser.open(address)


def graphical() -> bool:
    """Tell whether there is a screen with windows."""
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    return named or sys.platform in ("darwin", "win32")
