"""Advice on how a question is asked."""

from __future__ import annotations

import asyncio
from typing import Any

from actionlearn.advice import question_style
from actionlearn.errors import Missing
from actionlearn.server.answers import schemas
from actionlearn.server.answers.answers import WorkbookApi
from actionlearn.server.web.operations import operation
from actionlearn.server.workbooks.state import notebook_contents, require_workbook
from actionlearn.store.workbooks import drafts


class QuestionAdvice(WorkbookApi):
    """A word on how a question is asked, for whoever switched that on."""

    @operation(gives={200: schemas.Remark})
    async def get(self, id: str, prompt: str) -> None:
        """Say it of the answer as it is in the store; empty where there is nothing to say."""

        def look(c: Any) -> tuple[Any, str]:
            workbook = require_workbook(c, self.actor, id)
            contents = notebook_contents(self.data, workbook)
            if prompt not in contents.prompts:
                raise Missing("answers.no_such_prompt", prompt=prompt)
            head = drafts.drafts(c, id).get(prompt)
            return (head.value if head else None), contents.locale

        value, locale = await self.read(look)
        lines = await asyncio.to_thread(_remarks, value, locale, self.locale)
        self.send_json({"remark": next(filter(None, lines), "")})


def _remarks(value: Any, locale: str, reader: str) -> list[str]:
    """Return what is to be said of each question in a value: a line of a text, a cell of a table."""
    texts = [str(cell) for row in value for cell in row["cells"].values()] if isinstance(value, list) else [value]
    lines = [line for text in texts if isinstance(text, str) for line in text.splitlines()]
    return [question_style.remark(line, locale, reader) for line in lines[:50]]
