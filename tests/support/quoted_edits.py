"""Five hundred edits of answers in which some words were quoted, with where those words are afterwards.

What an anchor has to find again. Seeded: the same edits on every machine. Each edit knows the truth,
since it is made on words that carry a mark, and the mark stays with them through moves and changes.

    python -m tests.support.quoted_edits            how many there are of each kind
    python -m tests.support.quoted_edits 17         the seventeenth, before and after
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import chain

#: How many, and how many of them rewrite the quoted words.
EDITS, REWRITES = 500, 167

TEXTS = (
    """We lose the night shift in the handover. The night hears what the day decided three days later, and by then the day has decided something else. I have asked the shift leads to write it down, and nobody reads it. What nobody has managed is to make the night shift part of the decision.

The shift leads say that they have no time. I do not believe that it is time. I believe that the shift leads do not want to say no to the day in front of the day. So the night shift finds out at the machine, and the machine stands.

We tried a board. We tried a short meeting. The short meeting was cut after two weeks, because the day had to leave for the bus.""",
    """I will ask five customers what they did the week before they called us. Not what they think of us, but what they did. My guess is that three of five had looked for the answer on our site and given up.

If I am right, the time from search to call is under ten minutes, and the call is about what they searched for. If I am wrong, they never looked, and a better search changes nothing. I will know by Friday. I will write what they said in their words and what I make of it in mine, and I will keep the two apart.

I will also ask the people who take the calls. They told me last month that customers look first; I did not ask how they know.""",
    """O que precisa de mudar é a passagem de turno. A noite só ouve três dias depois o que o dia decidiu, e nessa altura o dia já decidiu outra coisa. Pedi aos chefes de turno que escrevessem, e ninguém lê.

Os chefes de turno dizem que não têm tempo. Não acredito que seja tempo. Acredito que não querem dizer que não ao dia, à frente do dia. Assim, a noite descobre na máquina, e a máquina fica parada.

Experimentámos um quadro. Experimentámos uma reunião curta. A reunião curta acabou ao fim de duas semanas, porque o dia tinha de apanhar o autocarro.""",
    """It worked, but not for the reason I had written down. 🙂 I had thought that the checklist would help; what helped was that two people stood at the same table (for seven minutes, “not a second more”) and had to look at each other.

- Monday: two people, six minutes, nothing open.
- Tuesday: two people, nine minutes, one order open.
- Wednesday: nobody came. I had not told them that I was away.

What I would keep: the same table, the same time. What I would drop: the checklist. What I do not know yet: whether it works when I am not there — I was there every time but one.""",
    """I listened to the recording twice. In the first ten minutes I spoke for seven. I asked four questions, and three of them had my answer in them. When Marta was silent I filled it; I counted two seconds, once three. The one time that I waited, she said what the whole conversation had been about.

Next time I will ask one question and wait until she has finished. I will count to ten. I will not say "don't you think".""",
    """Não foi o que eu esperava. O João não estava contra a mudança: estava contra a maneira como a soube, pelo corredor, numa sexta-feira à tarde. Perguntei-lhe o que teria feito no meu lugar e ele disse que teria perguntado primeiro.

Da próxima vez pergunto primeiro. Falo com o João, com a Inês e com quem está na linha, antes de falar com a direção. Se a direção quiser saber porquê, digo que foi o João que mo ensinou.""",
)

NEW = (
    "Since then the plan has changed twice.",
    "I spoke to the night shift about it on Thursday.",
    "Nobody asked me why.",
    "Perguntei outra vez, e a resposta foi outra.",
    "That is what I thought in March, at least.",
    "Não sei se isto é verdade em todas as linhas.",
    "What I had not seen is how early the bus leaves.",
)
OTHER = ("perhaps", "often", "nobody", "later", "again", "clearly", "line", "order", "talvez", "depois", "turno")


@dataclass(frozen=True)
class Word:
    """One word with the white space behind it; ``quoted`` goes with it wherever it goes."""

    text: str
    quoted: bool = False


@dataclass(frozen=True)
class Edit:
    """One edit of one answer.

    Parameters
    ----------
    before, start, end
        The answer, and from where to where of it was quoted.
    after
        The answer as it was edited.
    truth
        From where to where the quoted words, or what was made of them, stand now; None where they are gone.
    survives
        Whether the quoted words are still there, to the letter.
    kind
        What was done.
    """

    before: str
    start: int
    end: int
    after: str
    truth: tuple[int, int] | None
    survives: bool
    kind: str

    @property
    def quote(self) -> str:
        """What was quoted."""
        return self.before[self.start : self.end]


Words = list[Word]
Change = Callable[[random.Random, Words], Words]

# Around the quote: it survives -------------------------------------------------------------------


def _sentences(words: Words) -> list[Words]:
    """Return the sentences; a quote is never cut."""
    made: list[Words] = [[]]
    for at, word in enumerate(words):
        made[-1].append(word)
        ends = word.text.rstrip().endswith((".", "?", "!", ":", '."')) or "\n" in word.text
        inside = word.quoted and at + 1 < len(words) and words[at + 1].quoted
        if ends and not inside:
            made.append([])
    return [each for each in made if each]


def _joined(parts: Iterable[Words]) -> Words:
    return list(chain.from_iterable(parts))


def _new(rng: random.Random) -> Words:
    return [Word(each + " ") for each in rng.choice(NEW).split()]


def _holds(words: Words) -> bool:
    return any(each.quoted for each in words)


def insert(rng: random.Random, words: Words) -> Words:
    """Write a sentence somewhere."""
    parts = _sentences(words)
    parts.insert(rng.randrange(len(parts) + 1), _new(rng))
    return _joined(parts)


def drop(rng: random.Random, words: Words) -> Words:
    """Take a sentence out that is not quoted."""
    parts = _sentences(words)
    free = [at for at, part in enumerate(parts) if not _holds(part)]
    if free:
        del parts[rng.choice(free)]
    return _joined(parts)


def reword(rng: random.Random, words: Words) -> Words:
    """Change every third word that is not quoted."""
    return [w if w.quoted or rng.random() > 0.33 else Word(rng.choice(OTHER) + " ") for w in words]


def reword_beside(rng: random.Random, words: Words) -> Words:
    """Change the words right before and after the quote."""
    held = [at for at, word in enumerate(words) if word.quoted]
    near = range(max(0, held[0] - 4), min(len(words), held[-1] + 5))
    return [Word(rng.choice(OTHER) + " ") if at in near and not w.quoted else w for at, w in enumerate(words)]


def shuffle(rng: random.Random, words: Words) -> Words:
    """Put the sentences in another order."""
    parts = _sentences(words)
    rng.shuffle(parts)
    return _joined([*part[:-1], replace(part[-1], text=part[-1].text.rstrip() + " ")] for part in parts)


def move(rng: random.Random, words: Words) -> Words:
    """Move the sentence with the quote."""
    parts = _sentences(words)
    at = next(at for at, part in enumerate(parts) if _holds(part))
    part = parts.pop(at)
    parts.insert(rng.randrange(len(parts) + 1), [*part[:-1], replace(part[-1], text=part[-1].text.rstrip() + " ")])
    return _joined(parts)


def repeat(rng: random.Random, words: Words) -> Words:
    """Say the quoted words a second time, in another sentence."""
    said = [Word(each.text.strip() + " ") for each in words if each.quoted]
    parts = _sentences(words)
    parts.insert(rng.choice((0, len(parts))), [Word("Again: "), *said, Word("and so on. ")])
    return _joined(parts)


def spaces(rng: random.Random, words: Words) -> Words:
    """Break lines elsewhere, and double some spaces, outside the quote."""
    return [w if w.quoted or rng.random() > 0.2 else Word(w.text.rstrip() + rng.choice(("\n", "  "))) for w in words]


def around(rng: random.Random, words: Words) -> Words:
    """Two of these after one another."""
    first, second = rng.sample((insert, drop, reword_beside, spaces, move), 2)
    return second(rng, first(rng, words))


AROUND: tuple[Change, ...] = (insert, drop, reword, reword_beside, shuffle, move, repeat, spaces, around)

# In the quote: it is rewritten -------------------------------------------------------------------


def _inside(words: Words) -> list[int]:
    return [at for at, word in enumerate(words) if word.quoted]


def one_word(rng: random.Random, words: Words) -> Words:
    """Change one of the quoted words."""
    at = rng.choice(_inside(words))
    return [*words[:at], Word(rng.choice(OTHER) + " ", quoted=True), *words[at + 1 :]]


def letters(rng: random.Random, words: Words) -> Words:
    """Mend a letter of one of the quoted words."""
    at = max(_inside(words), key=lambda at: len(words[at].text.strip()))
    text, place = words[at].text, rng.randrange(1, max(2, len(words[at].text.strip())))
    return [*words[:at], Word(text[:place] + rng.choice("aeiou") + text[place:], quoted=True), *words[at + 1 :]]


def widen(rng: random.Random, words: Words) -> Words:
    """Put a word between the quoted words, or two."""
    held = _inside(words)
    at = held[len(held) // 2]
    more = [Word(rng.choice(OTHER) + " ", quoted=True) for _ in range(rng.randint(1, 2))]
    if len(held) == 1:
        return one_word(rng, words)
    return [*words[:at], *more, *words[at:]]


def half(rng: random.Random, words: Words) -> Words:
    """Change every second of the quoted words."""
    held = _inside(words)[::2]
    return [Word(rng.choice(OTHER) + " ", quoted=True) if at in held else w for at, w in enumerate(words)]


def all_of_it(rng: random.Random, words: Words) -> Words:
    """Say something else in their place."""
    held = _inside(words)
    new = [replace(each, quoted=True) for each in _new(rng)]
    return [*words[: held[0]], *new, *words[held[-1] + 1 :]]


def gone(rng: random.Random, words: Words) -> Words:
    """Take the quoted words out."""
    return [each for each in words if not each.quoted]


def gone_and_said_elsewhere(rng: random.Random, words: Words) -> Words:
    """Take the quoted words out where the same words stand in another place, or are said there anew by somebody."""
    return gone(rng, repeat(rng, words)) if len(_inside(words)) <= 2 else gone(rng, words)


def gone_with_its_sentence(rng: random.Random, words: Words) -> Words:
    """Take the sentence out, and write another."""
    parts = [_new(rng) if _holds(part) else part for part in _sentences(words)]
    return _joined(parts)


REWRITE: tuple[Change, ...] = (
    one_word,
    letters,
    widen,
    half,
    all_of_it,
    gone,
    gone_and_said_elsewhere,
    gone_with_its_sentence,
)


def _quoted(rng: random.Random, text: str) -> tuple[Words, int, int]:
    """Return a text with some words of it quoted: often few, which stand in more than one place."""
    parts = re.findall(r"\S+\s*", text)
    length = rng.choice((1, 2, 2, 3, 3, 4, 5, 6, 8, 12, 20))
    first = rng.randrange(len(parts) - length)
    words = [Word(each, first <= at < first + length) for at, each in enumerate(parts)]
    start = len("".join(parts[:first]))
    return words, start, start + len("".join(parts[first : first + length]).rstrip())


def _place(words: Words) -> tuple[int, int] | None:
    held = _inside(words)
    if not held:
        return None
    start = len("".join(each.text for each in words[: held[0]]))
    whole = "".join(each.text for each in words[: held[-1] + 1])
    return start, len(whole.rstrip())


def edits() -> list[Edit]:
    """Return the five hundred."""
    rng = random.Random(4711)
    made: list[Edit] = []
    while len(made) < EDITS:
        text = TEXTS[len(made) % len(TEXTS)]
        words, start, end = _quoted(rng, text)
        rewrites = len(made) % 3 == 2 and sum(not each.survives for each in made) < REWRITES
        change = rng.choice(REWRITE if rewrites else AROUND)
        changed = change(rng, words)
        after, truth, quote = "".join(each.text for each in changed), _place(changed), text[start:end]
        survives = truth is not None and after[slice(*truth)] == quote
        if after != text and survives is not rewrites and quote.strip():
            made.append(Edit(text, start, end, after, truth, survives, change.__name__))
    return made


def main() -> None:
    """Print them."""
    made = edits()
    if len(sys.argv) > 1:
        edit = made[int(sys.argv[1])]
        sys.stdout.write(f"{edit.kind}: {edit.quote!r}\n\n{edit.before}\n\n---\n\n{edit.after}\n\n{edit.truth}\n")
        return
    for (survives, kind), count in sorted(Counter((each.survives, each.kind) for each in made).items()):
        sys.stdout.write(f"{'survives' if survives else 'rewritten':10} {kind:24} {count}\n")


if __name__ == "__main__":
    main()
