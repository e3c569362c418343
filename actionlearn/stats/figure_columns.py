"""Which column of somebody's figures is the time and which the count: by what they are called, and what is in them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from actionlearn.stats.days import moment
from actionlearn.stats.numbers import read_numbers

_TIMES = "date|day|when|time|week|month|period|data|dia|quando|semana|mes|periodo|fecha|cuando|jour|quand|semaine|mois|datum|tag|wann|woche|kw|monat|zeit|dag|wanneer|maand"
_WEEKS = "week|weeknumber|weekno|wk|semana|semaine|woche|kw|kalenderwoche"
_MONTHS = "month|mes|mois|monat|maand"
_YEARS = "year|yr|ano|annee|an|jahr|jaar"
_NO_COUNTS = (
    "target|goal|aim|plan|planned|wanted|expected|budget|limit|objective|baseline|meta|objetivo|alvo|previsto|esperado|"
    "objectif|cible|prevu|attendu|ziel|soll|zielwert|geplant|erwartet|doel|streef|gepland|verwacht|id|no|nr|number|"
    "row|rank|line|linha|fila|ligne|zeile|rij|weekday|diadasemana|quarter|trimestre|quartal"
)
_COUNTS = "count|counts|value|actual|contagem|valor|quantidade|cuenta|cantidad|recuento|compte|nombre|valeur|anzahl|wert|ist|aantal|waarde"
_TOTALS = "total|totals|sum|subtotal|grandtotal|average|mean|totais|soma|media|totales|suma|promedio|somme|moyenne|gesamt|summe|insgesamt|durchschnitt|mittelwert|totaal|som|gemiddelde|average"


#: How a file may be written -> whether the day comes first, and the mark before decimals.
WRITING: dict[str, tuple[bool, str]] = {
    "day_comma": (True, ","),
    "day_point": (True, "."),
    "month_point": (False, "."),
}


@dataclass(frozen=True)
class Choices:
    """How figures are to be read, where the reader says it.

    Parameters
    ----------
    day_first
        Whether 3/4/2026 is in April.
    decimal
        The mark before decimals.
    count
        What the column is called that is counted.
    """

    day_first: bool | None = None
    decimal: str = ""
    count: str = ""

    @classmethod
    def of(cls, answers: Iterable[object]) -> Choices:
        """Return it from answers: an option of `WRITING` says how days and numbers are written, other text names a column."""
        words = [str(each).strip() for each in answers if isinstance(each, str) and each.strip()]
        day_first, decimal = next((WRITING[each] for each in words if each in WRITING), (None, ""))
        return cls(day_first, decimal, next((each for each in words if each not in WRITING), ""))


#: Nothing was said.
NO_CHOICES = Choices()


@dataclass(frozen=True)
class ColumnChoice:
    """The columns that were chosen.

    Parameters
    ----------
    time, year
        Places of the column of times, and of the year that belongs to weeks or months without one (else -1).
    count
        Place of the column that is counted; -1 where there is none.
    others
        Places of further columns that might be counted.
    weekly
        Whether the times beside a year are weeks, and not months.
    """

    time: int
    year: int
    count: int
    others: tuple[int, ...] = ()
    weekly: bool = False


def plain(text: str) -> str:
    """Return a head without capitals, accents and signs."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parted if letter.isalnum())


def is_total(text: str) -> bool:
    """Tell whether a row is a sum of the others by what it is called."""
    return bool(re.fullmatch(_TOTALS, plain(text)))


def choose_columns(heads: Sequence[str], rows: Sequence[Sequence[str]], choices: Choices = NO_CHOICES) -> ColumnChoice:
    """Return which columns are the time and the count.

    Parameters
    ----------
    heads
        What the columns are called; empty texts where nothing is said.
    rows
        The cells, all rows of one length.
    choices
        What the reader says of it.
    """
    columns = [[row[place] for row in rows] for place in range(len(heads))]
    names = [plain(head) for head in heads]
    time, year = _time_of(names, columns)
    apart = {time, year}
    numeric = [place for place, cells in enumerate(columns) if place not in apart and _is_numeric(cells)] or [
        place for place, cells in enumerate(columns) if place not in apart and _numbers_in(cells)
    ]
    chosen = [place for place in numeric if choices.count and names[place] == plain(choices.count)]
    weekly = bool(re.fullmatch(_WEEKS, names[time]))
    if chosen:
        return ColumnChoice(time=time, year=year, count=chosen[0], weekly=weekly)
    fitting = [p for p in numeric if not re.fullmatch(f"{_NO_COUNTS}|{_YEARS}|{_WEEKS}|{_MONTHS}", names[p])] or numeric
    best = [place for place in fitting if re.fullmatch(_COUNTS, names[place])]
    if len(best) == 1:
        fitting = best
    count = fitting[0] if fitting else -1
    return ColumnChoice(time=time, year=year, count=count, others=tuple(fitting[1:]), weekly=weekly)


def _time_of(names: Sequence[str], columns: Sequence[Sequence[str]]) -> tuple[int, int]:
    days = [sum(_is_day(cell) for cell in cells) for cells in columns]
    filled = [sum(bool(cell.strip()) for cell in cells) for cells in columns]
    year = next(
        (place for place, name in enumerate(names) if re.fullmatch(_YEARS, name) and _are_years(columns[place])), -1
    )
    parts = [p for p, name in enumerate(names) if re.fullmatch(f"{_WEEKS}|{_MONTHS}", name) and not days[p]]
    if year >= 0 and parts and not any(days):
        return parts[0], year
    dated = [place for place, count in enumerate(days) if count and count * 2 >= filled[place]] or [
        place for place, count in enumerate(days) if count
    ]
    called = [place for place in dated if re.fullmatch(_TIMES, names[place])]
    if dated:
        return max(called or dated, key=lambda place: (days[place], -place)), -1
    if year >= 0:
        return year, -1
    named = [place for place, name in enumerate(names) if re.fullmatch(_TIMES, name)]
    words = [place for place, cells in enumerate(columns) if filled[place] and not _is_numeric(cells)]
    return next(iter([*named, *words, 0])), -1


def _is_day(cell: str) -> bool:
    return moment(cell, day_first=True) is not None or moment(cell, day_first=False) is not None


def _are_years(cells: Sequence[str]) -> bool:
    there = [cell.strip() for cell in cells if cell.strip()]
    return bool(there) and sum(bool(re.fullmatch(r"(19|20)\d\d", cell)) for cell in there) * 2 >= len(there)


def _is_numeric(cells: Sequence[str]) -> bool:
    """Tell whether a column holds numbers: most of its cells that hold something."""
    return _numbers_in(cells) * 2 >= sum(bool(cell.strip()) for cell in cells) > 0


def _numbers_in(cells: Sequence[str]) -> int:
    there = [cell for cell in cells if cell.strip()]
    return max(sum(value is not None for value in read_numbers(there, chosen=mark).values) for mark in ".,")
