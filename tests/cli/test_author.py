"""What an author types: every fault with its place, notebooks byte for byte, never a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from actionlearn import cli
from actionlearn.cli import COMMANDS, main
from actionlearn.errors import StoreError

GOOD = """\
---
template: mine
title: Mine
version: 1
minutes: 5
stage: start
summary: Try it.
parameters:
  organisation: {default: your organisation}
---
```{prompt} need
:for-set:
What is needed at {{ organisation }}?
```
"""


@pytest.fixture(autouse=True)
def _english(monkeypatch, tmp_path):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    """Run a command as the shell does; return its code and what it said."""
    with pytest.raises(SystemExit) as caught:
        main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    code = caught.value.code
    assert isinstance(code, int)
    return code, said.out, said.err


def test_check_says_ok_where_all_is_well(capsys, tmp_path):
    """Files and folders; what is not ours in a folder is left alone."""
    (tmp_path / "mine.md").write_text(GOOD, "utf-8")
    (tmp_path / "README.md").write_text("Hello", "utf-8")
    assert run(capsys, "check", tmp_path) == (0, "OK: 1 file.\n", "")
    assert run(capsys, "check", "mine.md", "mine.md")[1] == "OK: 1 file.\n"


def test_check_prints_every_fault_of_every_file(capsys, tmp_path):
    """A line each: file:line: what is wrong, and what to write instead."""
    Path("a.md").write_text(GOOD.replace("stage: start", "stage: strat") + "{{ organization }}\n", "utf-8")
    Path("b.md").write_text("", "utf-8")
    Path("c.md").write_bytes(b"\xff\xfe")
    Path("d.txt").write_text("x", "utf-8")
    code, out, err = run(capsys, "check", "a.md", "b.md", "c.md", "d.txt", "e.md")
    assert code == 1
    assert out.splitlines() == [
        "a.md:6: There is no stage “strat”. Did you mean “start”?",
        "a.md:15: No parameter is called “organization”. Did you mean “organisation”?",
        "b.md:1: The file is empty. Begin with the front matter, between two lines of ---.",
        "c.md:1: This is not UTF-8 text. Save it as UTF-8; a template is a Markdown file.",
        "d.txt: Files like this are not checked. Give a .md, .toml or .csv file, or a folder.",
        "e.md: It cannot be read: No such file or directory. Look at the name of the file and who may read it.",
    ]
    assert err == "6 to correct, in 5 files.\n"


def test_check_reads_programmes_and_rosters(capsys, tmp_path):
    """The faults of a .toml and a .csv come with their file and line as well."""
    Path("programme.toml").write_text("[programme]\nid = 'a'\nname = \n", "utf-8")
    Path("roster.csv").write_text("username,firstname\nana,Ana\n", "utf-8")
    code, out, _ = run(capsys, "check", ".")
    assert code == 1
    assert any(line.startswith("programme.toml:3:") for line in out.splitlines())
    assert any(line.startswith("roster.csv:1:") for line in out.splitlines())


def test_check_names_a_roster_that_is_not_there(capsys, tmp_path):
    """The programme is read, and the line that names its roster is named."""
    autumn = Path(__file__).parents[2] / "examples" / "autumn" / "programme.toml"
    Path("programme.toml").write_text(autumn.read_text("utf-8"), "utf-8")
    code, out, _ = run(capsys, "check", "programme.toml")
    assert code == 1
    assert "There is no file" in out.splitlines()[0]
    assert int(out.split(":")[1]) > 0


def test_check_reads_the_shipped_files(capsys):
    """Templates and example of the kit itself are without fault."""
    root = Path(__file__).parents[2]
    code, out, err = run(capsys, "check", root / "templates", root / "examples")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1].startswith("OK: ")


def test_check_leaves_hidden_folders_alone(capsys):
    """What an environment or a version control keeps below a folder is not the author's."""
    hidden = Path(".venv/lib/data.csv")
    hidden.parent.mkdir(parents=True)
    hidden.write_text("no roster", "utf-8")
    Path("mine.md").write_text(GOOD, "utf-8")
    assert run(capsys, "check", ".")[:2] == (0, "OK: 1 file.\n")


def test_an_empty_folder_is_said_to_be_empty(capsys, tmp_path):
    """Nothing to check is not OK."""
    code, _, err = run(capsys, "check", tmp_path)
    assert code == 1
    assert "nothing to check" in err


def test_new_makes_a_notebook_the_same_every_time(capsys):
    """Same input, same bytes; the words are those given."""
    code, out, _ = run(capsys, "new", "scope", "-p", "organisation=Hospital = Rio", "-o", "one.ipynb")
    assert code == 0
    assert out.startswith("one.ipynb: “")
    run(capsys, "new", "scope", "-p", "organisation=Hospital = Rio", "-o", "two.ipynb")
    assert Path("one.ipynb").read_bytes() == Path("two.ipynb").read_bytes()
    notebook = nbformat.read("one.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert 'organisation = "Hospital = Rio"' in notebook.cells[0].source
    assert sorted(path.name for path in Path().iterdir()) == ["one.ipynb", "two.ipynb"]


def test_new_speaks_portuguese_where_asked(capsys):
    """--locale chooses the language of a shipped template."""
    assert run(capsys, "new", "scope", "--locale", "pt", "-o", "pt.ipynb")[0] == 0
    assert nbformat.read("pt.ipynb", as_version=4).metadata.actionlearn.locale == "pt"


def test_new_takes_a_path_and_names_the_file_after_the_template(capsys):
    """An author's own template."""
    Path("x.md").write_text(GOOD, "utf-8")
    assert run(capsys, "new", "x.md")[:2] == (0, "mine.ipynb: “Mine”, 1 prompts, 5 minutes.\n")


def test_new_never_replaces_a_file_unasked(capsys):
    """--force replaces it."""
    Path("scope.ipynb").write_text("mine", "utf-8")
    code, _, err = run(capsys, "new", "scope")
    assert code == 1
    assert "scope.ipynb is there already." in err
    assert "--force" in err
    assert Path("scope.ipynb").read_text("utf-8") == "mine"
    assert run(capsys, "new", "scope", "--force")[0] == 0
    assert Path("scope.ipynb").read_text("utf-8").startswith("{")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("new", "scop"), 1, "Did you mean “scope”?"),
        (("new", "no.md"), 1, "no.md: It cannot be read"),
        (("new", "../scope"), 1, "cannot be read"),
        (("new", "scope", "-p", "organisatoin=x"), 1, "Did you mean “organisation”?"),
        (("new", "scope", "-p", "organisation"), 2, "no name=value"),
        (("new", "scope", "-o", "no/such/x.ipynb"), 1, "cannot be written: No such file or directory"),
        (("new", "scope", "-o", "x.txt"), 2, "ends in .ipynb"),
        (("chekc",), 2, "Did you mean “check”?"),
        (("check",), 2, "Missing argument"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(capsys, arguments, code, said):
    """With what to do instead, on stderr, and no file left behind."""
    found, out, err = run(capsys, *arguments)
    assert (found, out) == (code, "")
    assert said in err
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("boom"), "Something went wrong that should not: RuntimeError: boom."),
        (KeyError("{x}"), "Something went wrong that should not: KeyError: '{x}'."),
        (StoreError("store.newer"), ""),
    ],
)
def test_an_unexpected_error_is_a_sentence_and_a_traceback_only_on_request(capsys, monkeypatch, error, said):
    """--debug shows where it happened."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(cli.commands, "invoke", fail)
    code, _, err = run(capsys, "check", "x")
    assert code == 1
    assert said in err
    with pytest.raises(SystemExit):
        main(["--debug", "check", "x"])
    assert "Traceback" in capsys.readouterr().err


def test_stopping_is_no_fault(capsys, monkeypatch):
    """Control-C says so, with the exit code shells expect."""

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.commands, "invoke", stop)
    code, _, err = run(capsys, "check", "x")
    assert (code, err.strip()) == (130, "Stopped.")


def test_the_terminals_language_is_known(monkeypatch):
    """pt_PT.UTF-8 is Portuguese, C is English."""
    for named, expected in (("pt_PT.UTF-8", "pt"), ("C.UTF-8", "en"), ("POSIX", "en"), ("de_DE", "en")):
        monkeypatch.setenv("LC_ALL", named)
        assert cli.terminal_locale() == expected


def test_help_is_light():
    """It names every command and loads none of the heavy packages."""
    heavy = [
        "papermill",
        "voila",
        "matplotlib",
        "nbconvert",
        "jupyter_server",
        "tornado",
        "sqlalchemy",
        "nbformat",
        "ruamel",
    ]
    code = (
        "import sys, actionlearn.cli as c\n"
        "try: c.main(['--help'])\n"
        f"finally: print(sorted(set({heavy!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0
    assert done.stderr.strip() == "[]"
    assert all(name in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there(capsys, name):
    """Each row of the table leads to a command that can say what it does."""
    code, out, err = run(capsys, name, "--help")
    assert (code, err) == (0, "")
    assert "Usage: actionlearn" in out


def test_new_writes_a_template_to_begin_with(capsys):
    """It has a bit of everything, passes every check, and makes a workbook."""
    code, out, _ = run(capsys, "new", "--template", "night-handover")
    assert (code, out.split(":")[0]) == (0, "night-handover.md")
    assert run(capsys, "check", "--strict", "night-handover.md") == (0, "OK: 1 file.\n", "")
    assert run(capsys, "new", "night-handover.md")[0] == 0
    assert run(capsys, "new", "--template", "night-handover")[0] == 1
