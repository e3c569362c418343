"""What an author might look at again: words, prompts seen at once, typing, ends; and templates beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from actionlearn import cli, i18n
from actionlearn.check import check_paths, unshared
from actionlearn.kernels import can_sandbox
from actionlearn.template import load, parse, shipped, typing_time
from actionlearn.template.lint import MOST_SHOWN, advice_for, shown_at_most, typing
from actionlearn.views import VIEWS

HEADER = "---\ntemplate: t\ntitle: T\nversion: 1\nminutes: 15\n---\n"
END = "```{prompt} by\n:kind: date\nBy when?\n```\n"


def prompt(id: str, question: str = "What is there?", *options: str) -> str:
    """Return the source of one prompt."""
    return "\n".join([f"```{{prompt}} {id}", *options, question, "```", ""])


def advised(body: str, header: str = HEADER) -> list[tuple[int | None, str]]:
    """Return line and code of what might be better."""
    found = advice_for(parse(header + body, views=("recap",)))
    return [(fault.line, fault.code.removeprefix("template.")) for fault in found]


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ("What is the smallest thing you can try by Friday?", []),
        ("What is it that you would have wanted to know before all of this began?", ["long_question"]),
        ("Please describe the problem.", ["ordered"]),
        ("And then? Describe it.", ["ordered"]),
        ("Por favor, descreva o problema.", ["ordered"]),
        ("What would others list first?", []),
        ("Where is this in Cynefin?", ["theory"]),
        ("What is your SMART goal?", ["theory"]),
        ("What would be the smart thing to do as you grow?", []),
        ("What does the force field look like?", ["theory"]),
        ("Em que casa do campo de forças está?", ["theory"]),
    ],
)
def test_a_question_is_short_and_asks_in_everyday_words(question, codes):
    """Twelve words, no order, no name of a theory: in both languages."""
    assert [code for _, code in advised(prompt("q", question) + END)] == codes


def test_a_long_question_may_say_that_it_means_to_be():
    """``:long:`` ends the advice."""
    question = "What is it that you would have wanted to know before all of this began?"
    assert advised(prompt("q", question, ":long:") + END) == []


def test_a_question_is_counted_as_it_reads_with_no_parameter_given():
    """A parameter's default counts, its name does not."""
    header = HEADER.replace("minutes: 15\n", "minutes: 15\nparameters: {a: {default: one two three four}}\n")
    question = "One two three four five six seven eight nine {{ a }}?"
    assert advised(prompt("q", question) + END, header) == [(8, "long_question")]


def test_seven_prompts_are_seen_at_once_at_most():
    """The eighth is named with its line; those a coach answers do not count."""
    body = "".join(prompt(f"q{number}", "What?", ":kind: number") for number in range(MOST_SHOWN))
    assert advised(body + prompt("coached", "How so?", ":by: coach") + END) == [(39, "many_prompts")]


KIND = prompt("kind", "Which?", ":kind: choice", ":options: {a: A, b: B, c: C}")


def branch(id: str, when: str, count: int) -> str:
    """Return a section that opens by an answer, with some prompts."""
    return f"```{{section}} {id}\n:when: {when}\n```\n" + "".join(prompt(f"{id}{n}") for n in range(count))


def shown(body: str) -> int:
    """Return how many prompts can be seen at once."""
    return shown_at_most(parse(HEADER + body, views=()))


def test_what_is_never_seen_together_is_not_counted_together():
    """Each way through is walked: branches of one answer exclude each other."""
    assert shown(KIND + branch("x", "kind = a", 3) + branch("y", "kind = b", 5)) == 6
    assert shown(KIND + branch("x", "kind = a, b", 3) + branch("y", "kind = b", 5)) == 9
    assert shown(KIND + branch("x", "kind != a", 3) + branch("y", "kind = a", 5)) == 6
    assert shown(KIND + branch("x", "kind != a", 3) + branch("y", "kind != b", 5)) == 9
    assert shown(KIND + branch("x", "kind", 3) + branch("y", "plan.kind = z", 5)) == 9
    assert shown(KIND.replace("choice\n", "choices\n") + branch("x", "kind = a", 3) + branch("y", "kind = b", 5)) == 9


def test_more_ways_than_can_be_walked_count_as_all_open():
    """A file made to be slow is not: what it shows at most is what there is."""
    deciding = "".join(prompt(f"k{n}", "Which?", ":kind: choice", ":options: {a: A, b: B}") for n in range(12))
    sections = "".join(branch(f"s{n}", f"k{n} = a", 1) for n in range(12))
    assert shown(deciding + sections) == 24


def test_typing_is_estimated_by_kind():
    """Words expected, by the pace of composing; clicks for the others; a table by its cells."""
    template = parse(HEADER + prompt("a") + KIND + END, views=())
    assert typing(template) == pytest.approx(30 / typing_time.WORDS_A_MINUTE + 0.2)
    table = prompt("t", "Who?", ":kind: table", ":columns: {who: Who, by: {label: By, kind: date}}")
    assert typing(parse(HEADER + table, views=())) == pytest.approx(2 * (4 / typing_time.WORDS_A_MINUTE + 0.1))


def test_a_workbook_that_takes_longer_to_type_than_it_says_is_named():
    """The minutes of the front matter are what it promises."""
    assert advised(prompt("a") + END, HEADER.replace("15", "1")) == [(None, "much_typing")]


def test_a_workbook_ends_in_a_date_or_a_question_for_the_set():
    """One of its last three prompts has a date, in a table too, or is marked."""
    dated = prompt("t", "Who?", ":kind: table", ":columns: {by: {label: By, kind: date}}")
    assert advised(prompt("a")) == [(7, "open_end")]
    for end in (END, dated, prompt("ask", "What do you ask?", ":for-set:")):
        assert advised(prompt("a") + end + prompt("b")) == []
    assert advised(END + prompt("a") + prompt("b") + prompt("c")) == [(17, "open_end")]


def test_only_the_need_is_required():
    """To everything else “not yet” is an answer."""
    assert advised(prompt("need", "What?", ":required:") + END) == []
    assert advised(prompt("a", "What?", ":required:") + END) == [(7, "also_required")]


def write(folder: Path, **files: str) -> None:
    """Write templates: ``en_t`` is en/t.md."""
    for name, text in files.items():
        path = folder / f"{name.replace('_', '/')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def found(folder: Path) -> list[tuple[str, int | None, str]]:
    """Return file, line and code of what is wrong in a folder."""
    report = check_paths([folder])
    return [(f.path.relative_to(folder).as_posix(), f.line, f.code.removeprefix("template.")) for f in report.faults]


def test_a_reference_to_another_template_leads_to_one_of_its_prompts(tmp_path):
    """Templates in the same folder, and those that are installed."""
    other = HEADER.replace("template: t", "template: u")
    body = f"{KIND}{END}"
    write(
        tmp_path,
        en_t=HEADER + body,
        en_u=other + prompt("a", "What?", ":recap: t.kind, t.kin, scope.need, nobody.knows") + END,
    )
    assert found(tmp_path) == [("en/u.md", 8, "no_such_prompt_there")]
    assert [f.code for f in check_paths([tmp_path]).advice] == ["template.unknown_template"]


def test_a_condition_on_another_template_names_its_options(tmp_path):
    """And what stands in a control to begin with is of the control's kind."""
    other = HEADER.replace("template: t", "template: u")
    write(
        tmp_path,
        en_t=f"{HEADER}{KIND}{END}",
        en_u=other + branch("x", "t.kind = d", 1) + prompt("a", "What?", ":default-from: t.kind") + END,
    )
    assert found(tmp_path) == [("en/u.md", 8, "no_such_answer_there"), ("en/u.md", 13, "other_kind_default")]


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ("What is there?", "O que há?", []),
        ("{prompt} a", "{prompt} b", ["prompts_missing", "prompts_added"]),
        (":kind: date", ":kind: number", ["prompt_differs"]),
        ("{a: A, b: B, c: C}", "{a: Á, c: C, b: B}", ["prompt_differs"]),
        (":when: kind = a", ":when: kind = b", ["parts_differ"]),
        ("version: 1", "version: 2", ["head_differs"]),
    ],
)
def test_a_template_asks_the_same_in_every_language(before, after, codes, tmp_path):
    """Same prompts, kinds, options, conditions and head; only the words are others."""
    text = f"{HEADER}{prompt('a')}{KIND}{branch('x', 'kind = a', 1)}{END}"
    assert before in text
    write(tmp_path, en_t=text, pt_t=text.replace(before, after))
    assert found(tmp_path) == [
        ("pt/t.md", line, code) for (_, line, _), code in zip(found(tmp_path), codes, strict=True)
    ]


def test_a_card_is_checked_as_one(tmp_path):
    """What is in a folder called cards is a card."""
    write(tmp_path, en_cards_x="---\ncard: x\n---\nHello")
    assert {code for _, _, code in found(tmp_path)} == {"missing_field", "no_needs"}


def test_a_programme_is_added_up():
    """Six weeks may ask for ninety minutes of typing; more is said, less is counted."""
    report = check_paths([Path(__file__).parents[1] / "examples" / "autumn" / "programme.toml"])
    assert not report.faults
    (typed,) = report.typing
    assert typed.minutes > 5
    assert (typed.minutes > 90) == ("template.programme_typing" in [f.code for f in report.advice])


def test_advice_fails_where_it_is_asked_to(tmp_path, capsys, monkeypatch):
    """``--strict`` takes advice for faults, ``--typing`` says the figures."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    Path("t.md").write_text(HEADER + prompt("a"), "utf-8")
    for options, code, said in (((), 0, "OK: 1 file, 1 to consider."), (("--strict",), 1, "1 to correct, in 1 file.")):
        with pytest.raises(SystemExit) as caught:
            cli.main(["check", "--typing", *options, "t.md"])
        out = capsys.readouterr()
        assert caught.value.code == code
        assert said in out.out + out.err
        assert "t.md:7: To consider: The workbook ends, with “a”" in out.out
        assert "en/t: 1 prompts at once, 1.6 minutes of typing." in out.out


LIVE = """```{code-cell}
:id: first
from actionlearn.workbook import live
words = ["one"]
```

```{code-cell}
:id: second
SECOND
live(lambda by: f"{words} {by}", of=["by"])
```
"""


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("", None),
        ("from IPython.display import display", "uses “display”"),
        ("file = open('/etc/passwd')", "leaves something open: /etc/passwd"),
        ("import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()", "threads"),
        ("import os; os._exit(1)", "ends its own process"),
        ("open('/etc/shadow')", "PermissionError"),
    ],
)
def test_why_live_cells_cannot_share_a_run_is_said_by_line(tmp_path: Path, second: str, said: str | None):
    """They are run behind walls, as on a server: the reason names the cell, and what happens then."""
    if said and "display" not in said and not can_sandbox():
        pytest.skip("this system has no walls: nothing is run")
    file = tmp_path / "t.md"
    file.write_text(HEADER + END + LIVE.replace("SECOND", second), "utf-8")
    found = [fault for fault in check_paths([file]).advice if fault.code.startswith("template.live")]
    if said is None:
        assert found == []
        return
    assert [fault.line for fault in found] in ([17], [11])
    assert said in i18n.fault_line(found[0])


def test_the_live_cells_we_ship_share_a_run():
    """Every learner's kernel of a shipped workbook is there at once."""
    for path in shipped()["en"].values():
        read = load(path, views=VIEWS)
        assert not unshared(read), read.id
