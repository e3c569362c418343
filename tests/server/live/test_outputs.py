"""What live cells have shown, as HTML of our own, and what is left to Voilà's front-end."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_output

from actionlearn.server.live.outputs import live_html
from actionlearn.widgets.live import STATE, ServedLive

TABLE = (
    '<div><style scoped>.dataframe th { top: 0 }</style><table border="1" class="dataframe"><thead>'
    '<tr style="text-align: right;"><th>week</th></tr></thead><tfoot></tfoot></table></div>'
)
WIDGET = {"application/vnd.jupyter.widget-view+json": {"model_id": "abc"}, "text/plain": "IntSlider()"}


def shown(*outputs: Any, **metadata: Any) -> str | None:
    """Return the live part of a page with one cell that showed this."""
    cell = new_code_cell(id="live-1", outputs=list(outputs), metadata={"al_live": True, **metadata})
    hidden = new_code_cell(id="cell-open", outputs=[new_output("stream", text="opened")])
    return live_html([hidden, cell], kernel="k1", base_url="/", locale="en")


def data(**bundle: str) -> Any:
    """Return an output of some kinds, given as ``text_html``."""
    return new_output("display_data", {kind.replace("_", "/", 1).replace("_", "+"): it for kind, it in bundle.items()})


def test_text_tables_and_pictures_are_drawn_as_they_are():
    """What is printed is escaped, an author's table keeps its looks, pictures are in the page and fetched from nowhere."""
    svg = data(image_svg_xml="<svg onload='x()'></svg>", text_plain="<Figure>")
    png = new_output("display_data", {"image/png": "QUJD\n"}, metadata={"image/png": {"width": 80, "alt": 'A "line"'}})
    html = shown(new_output("stream", text="a <b>\n"), data(text_html=TABLE, text_plain="week"), svg, png)
    assert html
    assert 'data-al-kernel="k1"' in html
    assert "<pre>a &lt;b&gt;\n</pre>" in html
    for kept in ("<style>", 'border="1"', 'style="text-align: right"', 'class="dataframe"'):
        assert kept.replace('right"', "right") in html
    assert '<img alt="" src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9J3goKSc+PC9zdmc+">' in html
    assert '<img alt="A &#34;line&#34;" width="80" src="data:image/png;base64,QUJD">' in html
    assert "Figure" not in html
    assert "opened" not in html


def test_nothing_that_runs_is_in_it():
    """Handlers and addresses that run are cut off."""
    html = shown(data(text_html='<p onclick="x()">a</p><a href="javascript:x()">b</a>'))
    assert html
    assert "x()" not in html
    assert "<p>a</p>" in html


@pytest.mark.parametrize(
    "other",
    [
        new_output("display_data", WIDGET),
        data(text_latex="$x$", text_plain="x"),
        data(text_html="<svg><circle r='1'/></svg>"),
        data(text_html="<iframe src='/x'></iframe>"),
        data(text_html="<script>x()</script>"),
        new_output("stream", text="\x1b[31mred\x1b[0m"),
        new_output("stream", text="10%\r20%"),
    ],
    ids=["widget", "formula", "drawing", "frame", "script", "colour", "progress"],
)
def test_anything_else_is_left_to_voilas_front_end(other: Any):
    """One such output in one cell is enough: the page has one host."""
    assert shown(data(text_plain="fine"), other) is None


def test_a_live_function_comes_with_its_state():
    """What it shows without answers, its title and what it says when it is late: the page needs to ask for nothing."""
    widget = ServedLive(lambda need: f"'{need}' & <more>", ["need"], title="Need", model_id="live-1")
    bundle, _ = widget._repr_mimebundle_()
    assert "text/html" not in bundle
    html = shown(new_output("execute_result", bundle))
    assert html
    model, state = re.findall(r"data-al-model=\"(.+?)\" data-al-state='(.+?)'", html)[0]
    assert model == "live-1"
    assert json.loads(unescape(state)) == bundle[STATE]
    assert bundle[STATE]["shown"] == {"text": "'None' & <more>"}
    assert bundle[STATE]["title"] == "Need"
    assert bundle[STATE]["late"]


def test_a_cell_that_failed_says_so():
    """And the page draws the others."""
    html = shown(new_output("error", ename="E", evalue="private", traceback=["private"]), al_failed="raised")
    assert html
    assert "This part stopped with an error." in html
    assert "private" not in html
