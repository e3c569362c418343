"""The shipped templates and cards: short questions, the same ones in every language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from actionlearn.answers.conditions import Condition
from actionlearn.answers.kinds import CELL_KINDS, KINDS
from actionlearn.answers.prompts import Item, Prompt, Reference
from actionlearn.template import Section, ShownCard, Template, View, load, shipped
from actionlearn.template.cards import KINDS as CARD_KINDS
from actionlearn.template.cards import MOMENTS
from actionlearn.template.cards import load as load_card
from actionlearn.template.packs import cards
from actionlearn.views import VIEWS

JOURNEY = ("start", "scope", "plan", "experiment", "reflect", "impact")
BESIDE = ("challenge", "community", "event", "job", "journal", "needs", "sense", "set-meeting")
ALL = (*JOURNEY, *BESIDE)
PROGRAMME = Path(__file__).parents[2] / "examples" / "autumn" / "programme.toml"
MOST_PROMPTS = 7
MOST_MINUTES = 90
FEW_WORDS, MOST_WORDS = 12, 20

FILES = [(locale, id, path) for locale, files in sorted(shipped().items()) for id, path in sorted(files.items())]


def read(path: Path) -> Template:
    """Read a template, knowing the views of the kit."""
    return load(path, views=VIEWS)


def words_of(prompt: Prompt, template: Template) -> int:
    """Count the words of a question as it reads with no parameter given."""
    question = prompt.question
    for parameter in template.parameters:
        question = question.replace("{" + parameter.name + "}", parameter.default)
    return len([word for word in question.split() if any(letter.isalnum() for letter in word)])


def shape(prompt: Prompt) -> tuple[object, ...]:
    """Return all of a prompt that is no matter of language."""
    columns = tuple((c.id, c.kind, tuple(o.id for o in c.options)) for c in prompt.columns)
    options = tuple(option.id for option in prompt.options)
    return (prompt.id, prompt.kind, prompt.required, prompt.audience, prompt.by, options, columns, prompt.recap)


@pytest.mark.parametrize(("locale", "id", "path"), FILES)
def test_a_shipped_template_has_no_fault(locale, id, path):
    """Every shipped template reads without a fault, under its own name and in its own language."""
    template = read(path)

    assert (template.id, template.locale) == (id, locale)
    assert template.minutes <= 15
    assert template.summary
    assert all(parameter.default and parameter.label for parameter in template.parameters)


def sections_of(template: Template) -> Iterator[tuple[Section | None, Prompt]]:
    """Yield each prompt with the section it stands in."""
    section = None
    for block in template.blocks:
        if isinstance(block, Section):
            section = block
        elif isinstance(block, Prompt):
            yield section, block


def branches(template: Template) -> Iterator[list[str]]:
    """Yield the prompts that are open for each way the choices that open sections may have been answered."""
    conditions = {section.when for section, _ in sections_of(template) if section and section.when}
    of = sorted({when.of for when in conditions if when.options})
    said = [
        [None, *sorted({id for when in conditions if when.of == each for id in when.options}), "other"] for each in of
    ]
    for values in product(*said):
        answers = dict(zip(of, values, strict=True))
        opens = {
            when: when.holds([Item(when.of, answers[when.of])]) if when.of in answers else True for when in conditions
        }
        seen = ((section, p) for section, p in sections_of(template) if not p.folded)
        yield [p.id for section, p in seen if not section or not section.when or opens[section.when]]


@pytest.mark.parametrize(("locale", "id", "path"), FILES)
def test_at_most_seven_questions_are_open_at_once(locale, id, path):
    """Whatever was answered, nobody meets more than seven prompts in a workbook."""
    assert all(1 <= len(open_) <= MOST_PROMPTS for open_ in branches(read(path)))


def test_the_workbooks_are_there():
    """All workbooks are shipped in English; a translation may follow, and is of one of them."""
    found = {locale: set(files) for locale, files in shipped().items()}

    assert found["en"] == set(ALL)
    assert all(files <= found["en"] for files in found.values())


@pytest.mark.parametrize("id", ALL)
def test_a_workbook_is_there_in_both_languages(id):
    """Each workbook is shipped in Portuguese, of the version that is shipped in English."""
    assert id in shipped()["pt"]
    assert read(shipped()["pt"][id]).version == read(shipped()["en"][id]).version


TRANSLATED = [(locale, id, path) for locale, id, path in FILES if locale != "en"]


@pytest.mark.parametrize(("locale", "id", "path"), TRANSLATED)
def test_a_template_asks_the_same_in_every_language(locale, id, path):
    """Ids, kinds, options, columns, audiences and recaps agree: an answer means the same in either language."""
    english, other = read(shipped()["en"][id]), read(path)
    if other.version < english.version:
        pytest.skip("it is a translation of an earlier version, and its readers are given that one")

    assert outline(other) == outline(english)
    assert (other.minutes, other.stage, other.owner, other.about, other.per) == (
        english.minutes,
        english.stage,
        english.owner,
        english.about,
        english.per,
    )
    assert [p.name for p in other.parameters] == [p.name for p in english.parameters]


def outline(template: Template) -> list[object]:
    """Return all of a template's blocks that is no matter of language, in their order."""
    found: list[object] = []
    for block in template.blocks:
        if isinstance(block, Prompt):
            found.append((*shape(block), block.default_from, block.for_set))
        elif isinstance(block, Section):
            found.append((block.id, str(block.when)))
        elif isinstance(block, ShownCard):
            found.append((block.card.id, str(block.when)))
        elif isinstance(block, View):
            found.append(block)
    return [*found, *(cell.of for cell in template.live_cells)]


@pytest.mark.parametrize("locale", ["en", "pt"])
def test_questions_are_short(locale):
    """Four questions of five have fewer than twelve words, and none has twenty."""
    lengths = [words_of(p, t) for t in map(read, shipped()[locale].values()) for p in t.prompts]

    assert max(lengths) < MOST_WORDS
    assert sum(length < FEW_WORDS for length in lengths) >= 0.8 * len(lengths)


@pytest.mark.parametrize(("locale", "id", "path"), FILES)
def test_a_question_is_one_question(locale, id, path):
    """A prompt asks one thing, with one question mark at its end, and never says "please describe"."""
    for prompt in read(path).prompts:
        assert prompt.question.count("?") == 1
        assert prompt.question.endswith("?")
        assert not {"please", "describe", "descreva"} & set(prompt.question.lower().split())


def test_only_the_need_is_required():
    """Of all that is asked, the need alone has to be answered before sharing counts as complete."""
    required = [(t.id, p.id) for t in map(read, shipped()["en"].values()) for p in t.prompts if p.required]

    assert required == [("scope", "need")]


def test_the_kind_of_problem_comes_before_any_number():
    """What kind of problem it is gets asked in the scope; nothing is measured before the plan."""
    scope, plan = (read(shipped()["en"][id]) for id in ("scope", "plan"))

    assert "terrain" in [prompt.id for prompt in scope.prompts]
    assert not [prompt.id for prompt in scope.prompts if prompt.kind in {"number", "scale", "table"}]
    assert "scope.terrain" in plan.prompts[0].recap


def test_a_riddle_gets_a_direction_and_three_tries_and_no_target():
    """Where nobody knows the way the plan asks for tries side by side, and for no figure to start from."""
    in_section = {
        prompt.id: str(section.when) for section, prompt in sections_of(read(shipped()["en"]["plan"])) if section
    }

    assert in_section["probes"] == "scope.terrain = unknown, mixed"
    assert in_section["baseline"] == "scope.terrain = known, findable"


def test_a_scope_is_a_draft_until_the_set_has_questioned_it():
    """What the set's questions changed is asked once there is something to ask the set, and comes back in the plan."""
    scope, plan = (read(shipped()["en"][id]) for id in ("scope", "plan"))
    section = {prompt.id: section for section, prompt in sections_of(scope)}["turned"]

    assert section is not None
    assert section.when == Condition.parse("ask")
    assert "scope.turned" in plan.prompts[0].recap


def test_a_prediction_is_out_of_reach_once_the_try_is_over():
    """What comes before and what comes after are never open together."""
    together = list(branches(read(shipped()["en"]["experiment"])))

    assert any("prediction" in open_ for open_ in together)
    assert not any({"prediction", "happened"} <= set(open_) for open_ in together)


def test_nobody_is_named_beside_a_question():
    """The set's record of questions has no place for who asked."""
    meeting = {prompt.id: prompt for prompt in read(shipped()["en"]["set-meeting"]).prompts}

    assert meeting["questions"].kind == "long-text"
    assert not [column.id for column in meeting["presents"].columns if column.id in {"asked", "by"}]


@pytest.mark.parametrize("id", ALL)
def test_a_workbook_ends_in_a_date_or_a_question(id):
    """The last thing asked is a dated act, or something to take to the set."""
    last = read(shipped()["en"][id]).prompts[-1]

    dated = last.kind == "date" or "date" in [column.kind for column in last.columns]
    assert dated or last.for_set


def test_day_zero_is_five_questions_in_ten_minutes():
    """The first workbook is five questions, and the last of them is what one brings to the set."""
    start = read(shipped()["en"]["start"])

    assert (len(start.prompts), start.minutes) == (5, 10)
    assert (start.prompts[-1].id, start.prompts[-1].for_set) == ("bring", True)
    assert {p.id: p for p in read(shipped()["en"]["scope"]).prompts}["need"].default_from == "start.bothers"


def test_six_weeks_take_ninety_minutes_of_typing():
    """All that the example programme suggests to a learner is written in an hour and a half."""
    suggested = tomllib.loads(PROGRAMME.read_text("utf-8"))["workbooks"]
    templates = [read(shipped()["en"][each["template"]]) for each in suggested]

    assert sum(each.minutes for each in templates if each.owner == "person") <= MOST_MINUTES


def test_what_was_said_comes_back():
    """Every reference to another workbook leads to a prompt of it, and each of the journey hears from an earlier one."""
    asked = {id: {prompt.id for prompt in read(path).prompts} for id, path in shipped()["en"].items()}
    for id, path in shipped()["en"].items():
        template = read(path)
        said = [each for p in template.prompts for each in (*p.recap, p.default_from) if each]
        said += [each for view in template.blocks if isinstance(view, View) for each in view.of]
        said += [block.when.of for block in template.blocks if isinstance(block, Section | ShownCard) and block.when]
        led = [Reference.parse(each) for each in said]
        assert [str(each) for each in led if each.prompt not in asked[each.template or id]] == []
        assert id not in JOURNEY[1:] or {each.template for each in led} & set(JOURNEY[: JOURNEY.index(id)])


#: Names that belong on a card, after an answer, and never into a question.
THEORIES = re.compile(
    r"\b(cynefin|kolb|gibbs|lewin|revans|snowden|pdsa|smart|okr|swot|mendelow|stakeholder\w*|double.loop|"
    r"force.field|five whys|safe.to.fail|after.action|weak ties|implementation intention\w*|growth mindset)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", shipped()["en"].values(), ids=lambda path: path.stem)
def test_no_question_names_a_theory(path):
    """A question, its hint, its options and its columns are in the words of the work."""
    for prompt in read(path).prompts:
        labels = [option.label for option in prompt.options] + [column.label for column in prompt.columns]
        assert not THEORIES.search(" ".join([prompt.question, prompt.hint, *labels]))


def test_twelve_cards_are_drawn_by_an_answer():
    """Each card appears in a workbook once something was answered, and is named by needs nobody else has."""
    drawn = [block for path in shipped()["en"].values() for block in read(path).blocks if isinstance(block, ShownCard)]
    shelf = [load_card(path) for path in cards()["en"].values()]
    needs = [need for card in shelf for need in card.needs]

    assert len(shelf) == 12
    assert {block.card.id for block in drawn} == {card.id for card in shelf}
    assert all(block.when for block in drawn)
    assert {card.kind for card in shelf} == set(CARD_KINDS)
    assert {card.moment for card in shelf} == set(MOMENTS)
    assert len(set(needs)) == len(needs)
    assert all(card.question.endswith("?") and re.search(r"\b(19|20)\d\d\b", card.source) for card in shelf)


def test_names_and_feelings_stay_with_their_owner():
    """What names people or tells of feelings is for nobody else, until the learner decides otherwise."""
    private = {(t.id, p.id) for t in map(read, shipped()["en"].values()) for p in t.prompts if p.audience == ("me",)}

    assert private >= {
        ("start", "matters"),
        ("scope", "other_side"),
        ("plan", "people"),
        ("reflect", "moment"),
        ("journal", "first"),
        ("job", "forces"),
        ("community", "others"),
        ("event", "met"),
    }


def test_the_journey_uses_every_kind_of_prompt():
    """Every kind of prompt occurs on the journey, so walking it exercises them all."""
    used = {p.kind for t in map(read, shipped()["en"].values()) for p in t.prompts}

    # A file costs a phone more than a word does: no workbook of ours asks for one where words will do.
    assert used | {"file"} == set(KINDS)
    assert set(CELL_KINDS) <= used
