"""Drawing a view again as its answers change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actionlearn.errors import Missing
from actionlearn.notebook import ViewPiece
from actionlearn.server.answers import schemas
from actionlearn.server.answers.answers import WorkbookApi
from actionlearn.server.web.operations import operation
from actionlearn.server.workbooks.state import WorkbookState, workbook_state
from actionlearn.server.workbooks.views import _drawer


class ViewApi(WorkbookApi):
    """One view of a workbook, as its answers are now."""

    @operation(gives={200: schemas.DrawnView})
    async def get(self, id: str, cell: str) -> None:
        """Return it: its HTML, and the same as text."""
        state: WorkbookState = await self.read(lambda c: workbook_state(c, self.data, self.actor, id, self.locale))
        pieces: Mapping[str, Any] = {
            piece.cell_id: piece for piece in state.contents.pieces if isinstance(piece, ViewPiece)
        }
        if cell not in pieces:
            raise Missing("server.missing")
        made = await _drawer.draw(pieces[cell], state.items_in(pieces[cell]), self.locale)
        self.send_json({"html": made.html, "text": made.text})
