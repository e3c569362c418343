"""The command line: one file per command group, loaded when its command is called."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from actionlearn import __version__
from actionlearn.errors import ActionlearnError

#: Command -> its module in this room (where it has the command's own name), and what it does.
COMMANDS: dict[str, tuple[str, str]] = {
    "backup": ("backup", "Copy everything into one file, while the server runs."),
    "check": ("author", "Say what is wrong in templates, programmes and rosters."),
    "cohort": ("cohort", "Build a cohort, see who is where, write sign-in links."),
    "demo": ("demo", "Try the kit: an example cohort, a server, five people to be."),
    "lab": ("lab", "Open a notebook in JupyterLab on this machine."),
    "lrs": ("lrs", "Say what is on its way to a learning record store, and what it refused."),
    "new": ("author", "Make a notebook from a template."),
    "openapi": ("openapi", "Print what pages ask of the server, as OpenAPI."),
    "people": ("people", "Say what is held about somebody, or take them out."),
    "preview": ("preview", "Show a template as a page, again at every change."),
    "restore": ("backup", "Bring a backup back, without what was erased since."),
    "tell": ("tell", "Tell people what is new, once a day each."),
    "serve": ("serve", "Serve workbooks to learners, coaches and facilitators."),
}


class LateGroup(click.Group):
    """A group whose commands are imported when they are called, so that ``--help`` stays light."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"actionlearn.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; where there is none, name the nearest."""
        from difflib import get_close_matches

        if args and args[0] not in COMMANDS and (near := get_close_matches(args[0], COMMANDS, 1)):
            ctx.fail(f"There is no command “{args[0]}”. Did you mean “{near[0]}”?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, what) in sorted(COMMANDS.items())])


@click.group(cls=LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="actionlearn")
@click.option("--debug", is_flag=True, help="Show where in the code something went wrong.")
@click.pass_context
def commands(ctx: click.Context, debug: bool) -> None:
    """Workbooks for action learning, as Jupyter notebooks and Voilà apps."""
    ctx.obj = {"debug": debug}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command. What goes wrong is said in a sentence; the exit code tells that it did."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = commands.main(given, prog_name="actionlearn", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except BrokenPipeError:  # somebody read enough, as in `actionlearn … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - nobody reads a traceback at the command line
        _say(error, debug="--debug" in given)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


def terminal_locale() -> str:
    """Return the language of the terminal, as its environment says."""
    from actionlearn.i18n import known_locale

    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "en")
    return known_locale(named.partition(".")[0])


def _say(error: Exception, *, debug: bool) -> None:
    from actionlearn import i18n

    if debug:
        click.echo("".join(traceback.format_exception(error)), err=True)
    if isinstance(error, ActionlearnError):
        click.echo(i18n.error_text(error, terminal_locale()), err=True)
    else:
        text = "Something went wrong that should not: {kind}. Nothing more was done. --debug shows where."
        click.echo(i18n.say(text, terminal_locale(), kind=f"{type(error).__name__}: {error}"), err=True)
