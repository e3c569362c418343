"""The recap: what the learner said before, in their own words."""

from __future__ import annotations

from collections.abc import Sequence

from actionlearn.answers.prompts import Item, is_empty
from actionlearn.answers.rendering import recap_html, value_text
from actionlearn.views.rendered import Rendered


def recap(items: Sequence[Item], locale: str = "en") -> Rendered:
    """Return earlier answers, each with where and when it was said."""
    html = "".join(recap_html(item, locale) for item in items)
    answers = [
        (item.question or item.reference, value_text(item, locale)) for item in items if not is_empty(item.value)
    ]
    return Rendered(
        f'<div class="al-view al-view-recap">{html}</div>', "\n\n".join(f"{asked}\n{words}" for asked, words in answers)
    )
