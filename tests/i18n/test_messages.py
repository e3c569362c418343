"""What the kit says: every message has its Portuguese, and every error its message."""

from __future__ import annotations

import ast
import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from actionlearn import errors
from actionlearn.errors import Fault
from actionlearn.i18n import (
    MESSAGES,
    all_locales,
    direction,
    for_locale,
    format_locale,
    hint,
    known_locale,
    language_names,
    locale_chain,
    locales,
    say,
    sentence,
    translations,
)

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "actionlearn"
CATALOGUES = sorted((PACKAGE / "locale").glob("*/LC_MESSAGES/actionlearn.po"))

_PLACE = re.compile(r"(?<!\{)\{\w*\}(?!\})|%\(\w+\)s|\{\{|\}\}|--\w+|`\w+`")


def catalogue(path):
    """Read a catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def pairs(path):
    """Yield each message of a catalogue with its translation; of a plural each form."""
    for message in catalogue(path):
        if message.id and message.pluralizable:
            yield from zip(message.id, message.string, strict=True)
        elif message.id:
            yield message.id, message.string


@pytest.fixture(scope="module")
def script():
    """Return scripts/catalogues.py."""
    spec = spec_from_file_location("collect_words", ROOT / "scripts" / "catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def collected(script):
    """Return every message in the source, as the script finds them."""
    return script.collect()


def test_there_is_a_catalogue_for_each_language():
    """Every language the kit speaks, but English, has a catalogue, and no other has."""
    assert {path.parent.parent.name for path in CATALOGUES} == set(all_locales()) - {"en"}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_nothing_is_left_in_english(path, collected):
    """Every message in the source is translated. If this fails: python scripts/catalogues.py, then translate."""
    known = {(m.id[0] if m.pluralizable else m.id): m.string for m in catalogue(path) if not m.fuzzy}

    missing = []
    for message in collected:
        id = message.id[0] if message.pluralizable else message.id
        said = known.get(id)
        if id and not (all(said) if isinstance(said, tuple) else said):
            missing.append(id)
    assert missing == []


def test_a_catalogue_begins_with_one_command(script, collected, tmp_path):
    """A language nobody has translated gets every message, with the plurals it has; what is translated then stays."""
    path = tmp_path / "locale" / "pl" / "LC_MESSAGES" / "actionlearn.po"
    missing = script.update(path, collected, write=True)
    assert len(missing) == len(collected)
    plural = catalogue(path).get("{count} answer")
    assert len(plural.string) == 3

    path.write_text(
        path.read_text("utf-8").replace('msgid "Answered"\nmsgstr ""', 'msgid "Answered"\nmsgstr "Tak"'), "utf-8"
    )
    assert len(script.update(path, collected, write=True)) == len(collected) - 1
    assert catalogue(path).get("Answered").string == "Tak"


def test_enough_is_found(collected):
    """The collection finds messages of errors, of Python, of tables of words, of pages, and plurals."""
    found = {each.id if isinstance(each.id, str) else each.id[0] for each in collected}

    assert {text for pair in MESSAGES.values() for text in pair if text} <= found
    assert {"Nothing written yet.", "Two versions", "my coach", "Experiment", "Good morning, {name}."} <= found
    assert {"My journey", "Sign in", "{count} answer", "%(minutes)s minutes", "Live part"} <= found


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_translation_has_the_same_places(path):
    """Names in braces, doubled braces, options of commands and code are the same in a translation."""
    for english, translated in pairs(path):
        assert sorted(_PLACE.findall(translated)) == sorted(_PLACE.findall(english)), english


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_translation_ends_as_the_message_does(path):
    """Both end in the same mark, or in none, so that sentences can stand beside each other."""
    for english, translated in pairs(path):
        marks = [re.sub(r"[^.?:…]", "", text[-1:]) for text in (english, translated)]
        assert marks[0] == marks[1], english


def test_portuguese_has_neither_tu_nor_voce():
    """Portuguese speaks to nobody as tu or você, in the catalogue or in the templates."""
    texts = [translated for path in CATALOGUES if "/pt/" in path.as_posix() for _, translated in pairs(path)]
    texts += [path.read_text("utf-8") for path in sorted((ROOT / "templates" / "pt").glob("*.md"))]

    assert texts
    for text in texts:
        assert not re.search(r"\b(tu|te|ti|teus?|tuas?|contigo|vocês?)\b", text, re.IGNORECASE), text


def test_every_code_that_is_raised_has_a_message():
    """Wherever an error or a fault is made with a code, there are words for that code."""
    makers = {name for name, value in vars(errors).items() if isinstance(value, type)} - {"Path", "Any"}
    without = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in makers and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant) and code.value not in MESSAGES:
                    without.append(f"{path.name}:{node.lineno} {code.value}")
    assert without == []


def test_a_message_is_said_in_the_language_asked_for():
    """A message with values comes in Portuguese for any Portuguese, and in English for a language there is none of."""
    assert say("You said, {day}:", "pt-PT", day="6 de outubro") == "O que disse, 6 de outubro:"
    assert say("You said, {day}:", "fi", day="6 October") == "You said, 6 October:"
    assert [known_locale(tag) for tag in ("pt_BR", "en-GB", "nonsense!", "", "*")] == ["pt", "en", "en", "en", "en"]
    assert known_locale("gl", "pt-PT", "en") == "pt"
    assert locale_chain("zh-Hant-TW") == ("zh_Hant_TW", "zh_Hant", "zh")
    assert [for_locale({"pt": "o", "pt_BR": "um"}, tag) for tag in ("pt-BR", "pt_PT", "fil")] == ["um", "o", None]
    assert [direction(tag) for tag in ("pt", "ar-EG", "he", "")] == ["ltr", "rtl", "rtl", "ltr"]
    assert [str(format_locale(tag)) for tag in ("pt", "en", "pt-BR")] == ["pt_PT", "en_GB", "pt_PT"]
    assert language_names() == {"en": "English", "pt": "português"}


def test_an_error_is_said_whole():
    """Sentence and advice carry their values, and lists are written out."""
    fault = Fault("roster.missing_columns", {"missing": ["email"], "found": ["username", "name"]})

    assert sentence(fault, "pt") == "Faltam colunas: email."
    assert hint(fault, "en") == "These were found: username, name. Rename those that hold it, or add them."


def test_plurals_are_those_of_the_language():
    """One and many are told apart."""
    catalogue = translations("pt")

    assert catalogue.ngettext("{count} answer", "{count} answers", 1) == "{count} resposta"
    assert catalogue.ngettext("{count} answer", "{count} answers", 2) == "{count} respostas"


def test_a_catalogue_brings_its_own_rule_of_plurals(tmp_path):
    """How many forms a plural has stands in the catalogue's header, whatever Babel knows of the language."""
    path = tmp_path / "actionlearn.po"
    header = 'msgid ""\nmsgstr ""\n"Language: pt\\n"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n'
    path.write_text(
        f'{header}\nmsgid "{{n}} day"\nmsgid_plural "{{n}} days"\nmsgstr[0] "{{n}} dia"\nmsgstr[1] "{{n}} dias"\n'
    )

    catalogue = locales.read_catalogue(path, "pt")

    assert [catalogue.ngettext("{n} day", "{n} days", n) for n in (0, 1, 2)] == ["{n} dia", "{n} dia", "{n} dias"]
