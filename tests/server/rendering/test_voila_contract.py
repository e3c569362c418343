"""What we use of Voilà from the inside: this fails when a new version has moved it."""

from __future__ import annotations

import asyncio
import inspect
import re
from pathlib import Path

from jupyter_core.paths import jupyter_path
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from actionlearn.server.rendering import voila_exporter
from actionlearn.server.rendering.pages import namespace
from actionlearn.server.web import voila_frontend
from actionlearn.server.workbooks import page


def static() -> Path:
    """Return the folder of Voilà's front-end."""
    return next(
        folder
        for folder in (Path(path) for path in jupyter_path("voila", "templates", "base", "static"))
        if folder.is_dir()
    )


def test_the_exporter_renders_our_template_and_compiles_it_once():
    """Its generator takes our context; the environment is kept between pages and escapes by itself."""
    node = new_notebook(cells=[new_markdown_cell("*Hello*"), new_code_cell()])
    node.cells[1].outputs = [new_output("display_data", data={"text/html": "<b id='made'>ours</b>"})]
    frame = {"locale": "en", "header": "", "comments": "", "footer": "", "scripts": [], "words": {}, "values": {}}
    frame["title"] = "<script>alert(1)</script>"
    html = voila_exporter.rendered("workbooks/page.html", node, **namespace("/", "en"), page=frame)
    assert "<em>Hello</em>" in html
    assert "<b id='made'>ours</b>" in html
    assert "<script>alert" not in html
    assert voila_exporter.exporter().environment.autoescape
    assert voila_exporter.exporter().template is voila_exporter.exporter().template


def test_markdown_puts_no_file_of_the_server_into_a_page(tmp_path: Path, monkeypatch):
    """Voilà's reader inlines pictures that its contents manager has: ours has none."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.png").write_bytes(b"canary")
    frame = {
        "locale": "en",
        "header": "",
        "comments": "",
        "footer": "",
        "scripts": [],
        "words": {},
        "values": {},
        "title": "",
    }
    node = new_notebook(cells=[new_markdown_cell("![x](secret.png)")])
    html = voila_exporter.rendered("workbooks/page.html", node, **namespace("/", "en"), page=frame)
    assert 'src="secret.png"' in html
    assert "base64" not in html


def test_the_front_end_is_told_of_our_extensions_alone():
    """No other extension of the machine is loaded, nothing comes from elsewhere, MathJax is its own."""
    config = voila_frontend.page_config("/")
    assert {each["name"] for each in config["federated_extensions"]} == set(voila_frontend.EXTENSIONS)
    assert config["mathjaxConfig"] is None
    assert config["fullMathjaxUrl"] is None
    assert not re.search("https?:", str(config))
    assert config["fullStaticUrl"] == f"/voila/static/{voila_frontend.version_stamp()}"


def test_the_front_end_starts_at_load_and_draws_from_what_we_send():
    """It waits for the window's load event (which voila_frontend.js plays for it), and looks for our elements."""
    text = "".join(file.read_text("utf-8") for file in static().glob("*.js"))
    assert (static() / "voila.js").is_file()
    assert 'window.addEventListener("load",(async function' in text
    for word in ('"rendered_cells"', "application/vnd.voila.cell-output+json", "jupyter-config-data", "jupyterapp"):
        assert word in text, word


def test_the_executor_runs_cells_one_by_one():
    """The signature that server/live/manager.py calls."""
    from voila.execute import VoilaExecutor

    assert list(inspect.signature(VoilaExecutor.execute_cell).parameters) == [
        "self",
        "cell",
        "resources",
        "cell_index",
        "store_history",
    ]


def test_the_first_page_is_rendered_before_anybody_asks():
    """What a server does to be warm comes to its end: what it does after that is not lost."""
    asyncio.run(page.warm())
