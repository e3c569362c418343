"""`actionlearn demo`: serve an example cohort in which people have already written."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from actionlearn.cli.browser import show_page
from actionlearn.settings import read_settings

if TYPE_CHECKING:
    from actionlearn.server.web.context import ServerContext

_WHAT = {
    "learner": "Zoë, a nurse lead, six weeks into her handovers",
    "manager": "Graça, who answers for Zoë's ward, and sees another part of it",
    "sponsor": "Amélia, who asked for the programme and reads what people pick for her",
    "coach": "Rui, who reads what she and others share",
    "facilitator": "Helena, who has a spreadsheet and a start date",
}


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=Path("actionlearn-demo"))
@click.option("--port", type=int, default=8765, show_default=True, help="Port of the demo's server.")
@click.option("--fresh", is_flag=True, help="Forget what was done in an earlier demo, and begin again.")
@click.option("--no-browser", is_flag=True, help="Open no browser; the links are printed all the same.")
def demo(data: Path, port: int, fresh: bool, no_browser: bool) -> None:
    """Try the kit: an example cohort, a server, five people to be.

    Everything is kept in DATA (default: ./actionlearn-demo), and nothing leaves this machine.
    """
    from actionlearn.demo import cast, demo_links
    from actionlearn.server import serve
    from actionlearn.server.web.context import DemoPerson
    from actionlearn.store import open_store

    if fresh and (data / "actionlearn.sqlite").is_file():
        shutil.rmtree(data)
    with open_store(data) as store:
        _prepare(store, data)
        people = tuple(DemoPerson(person.username, person.firstname, role) for person, role in cast(store))

    def ready(kit: ServerContext, address: str) -> None:
        address = address.rstrip("/")
        # Made last, by the store that the server writes with.
        links = [(each, f"{address}/in/{each.token}") for each in demo_links(kit.store)]
        _tell(links, address)
        if not no_browser:
            show_page(links[0][1])

    settings = read_settings({"data": str(data), "port": port, "ip": "127.0.0.1"})
    serve.serve(settings, demo_people=people, ready=ready)


def _prepare(store: Any, data: Path) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from actionlearn.demo import STAGES, prepare

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks = {stage: bar.add_task(label, total=None) for stage, label in STAGES.items()}

        def progress(stage: str, done: int, of: int) -> None:
            bar.update(tasks[stage], completed=done, total=of)

        prepare(store, data, progress)


def _tell(links: list[tuple[Any, str]], address: str) -> None:
    click.echo("\nThe demo is ready. Each link signs in once, as one of five people:\n")
    for each, link in links:
        click.echo(f"  {each.role:<12} {link}\n  {'':<12} {_WHAT[each.role]}\n")
    click.echo("To look at all of them at once, open each in a private window, or change places in one browser:")
    for each, _ in links:
        click.echo(f"  {address}/view-as/{each.person.username}")
    click.echo("(Changing places exists in the demo alone. Ctrl+C stops the server.)", nl=True)
