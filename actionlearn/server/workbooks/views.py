"""Drawing views: off the event loop, once for what they read, and never in the way of a page."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import blake2b
from html import escape

from actionlearn import views
from actionlearn.answers.prompts import Item, Reference
from actionlearn.i18n import say
from actionlearn.notebook import ViewPiece
from actionlearn.server.workbooks.state import WorkbookState
from actionlearn.views import Rendered
from actionlearn.widgets.section_html import opening

#: Seconds that the first response waits for all views of its page. What is not drawn by then comes after it.
BUDGET = 0.1

#: Pictures that are kept.
MOST = 1_000


class ViewCache:
    """Draws each view once for the answers it reads, in threads of its own."""

    def __init__(self, most: int = MOST) -> None:
        self._cached: OrderedDict[bytes, Future[Rendered]] = OrderedDict()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="views")
        self._most = most

    async def draw(self, piece: ViewPiece, items: Sequence[Item], locale: str) -> Rendered:
        """Return a view of items; from what is kept, where it was drawn of the same ones."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._drawn, piece, items, locale)

    def _drawn(self, piece: ViewPiece, items: Sequence[Item], locale: str) -> Rendered:
        read = repr((piece.name, locale, sorted(piece.options.items()), list(items)))
        key = blake2b(read.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        with self._lock:
            cached = self._cached.get(key)
            future = self._cached.setdefault(key, Future())
            self._cached.move_to_end(key)
            while len(self._cached) > self._most:
                self._cached.popitem(last=False)
        if cached is None:
            try:
                future.set_result(views.render(piece.name, items, locale, piece.options))
            except BaseException as error:
                future.set_exception(error)
                with self._lock:
                    self._cached.pop(key, None)
                raise
        return future.result()

    def close(self) -> None:
        """Begin no more drawings."""
        self._pool.shutdown(wait=False, cancel_futures=True)


_drawer = ViewCache()


async def render_views(state: WorkbookState, locale: str, budget: float = BUDGET) -> dict[str, str]:
    """Return the views of a page by cell, each in its frame; those not drawn in time as places that wait.

    Parameters
    ----------
    state
        What the page shows.
    locale
        The reader's language.
    budget
        Seconds to wait for all of them.
    """
    pieces = [piece for piece in state.contents.pieces if isinstance(piece, ViewPiece)]
    if not pieces:
        return {}
    tasks = {piece.cell_id: asyncio.create_task(_drawer.draw(piece, state.items_in(piece), locale)) for piece in pieces}
    await asyncio.wait(tasks.values(), timeout=budget)
    for task in tasks.values():
        if not task.done():
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
    waiting = f'<p class="al-none">{escape(say("This picture is being drawn.", locale))}</p>'
    return {
        piece.cell_id: view_frame(
            piece,
            state.contents.template,
            tasks[piece.cell_id].result().html if tasks[piece.cell_id].done() else waiting,
            locale,
            late=not tasks[piece.cell_id].done(),
            closed=piece.when is not None and not state.holds(piece.when),
        )
        for piece in pieces
    }


def view_frame(
    piece: ViewPiece, template: str, html: str, locale: str = "en", *, late: bool = False, closed: bool = False
) -> str:
    """Return the place of a view in a page. It names what the view reads, so that the page knows when to renew it."""
    parsed = [Reference.parse(each) for each in piece.of]
    here = [each.prompt for each in parsed if each.template == template]
    of = escape(" ".join(dict.fromkeys([*piece.of, *here])))
    named = f'role="group" aria-label="{escape(views.title(piece.name, locale))}"'
    attributes = f'{named} id="{piece.cell_id}" data-view="{piece.name}" data-of="{of}"{" data-late" if late else ""}'
    attributes += str(opening(piece.when, closed=closed))
    return f'<div class="al-view" {attributes}>{html}</div>'
