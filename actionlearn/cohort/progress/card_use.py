"""How often what a cohort learned was used, as numbers: about nobody, and none where there are few people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from actionlearn.store import Connection
from actionlearn.store.reports.first_answers import first_answers

#: The workbook in which something is looked for, the prompt of its need, and that of its use.
TEMPLATE, NEED, USE = "sense", "stuck", "tried"

#: Below so many people a number would be about somebody.
FEWEST = 5


@dataclass(frozen=True)
class CardUse:
    """How many needs were said, how many led to a use, and the hours within which half of those did."""

    needs: int
    used: int
    hours: float


def card_use(c: Connection, cohort: str) -> CardUse | None:
    """Return how soon what people went to find was used; None while fewer than five people used anything."""
    found = first_answers(c, cohort, TEMPLATE, (NEED, USE))
    needs = {each.workbook: each for each in found if each.prompt == NEED}
    tried = [each for each in found if each.prompt == USE and each.workbook in needs]
    if len({each.owner for each in tried}) < FEWEST:
        return None
    took = (datetime.fromisoformat(each.at) - datetime.fromisoformat(needs[each.workbook].at) for each in tried)
    return CardUse(len(needs), len(tried), median(max(each.total_seconds(), 0) / 3600 for each in took))
