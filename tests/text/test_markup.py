"""HTML into which values are put: what is not HTML already is escaped, wherever it stands."""

from __future__ import annotations

import markupsafe

from actionlearn.text.markup import Markup


def test_values_are_escaped_and_html_stays():
    """By place and by name, numbers and braces among them; what another library marked as HTML is HTML, too."""
    put = Markup("<p id='{id}'>{}{}{more}</p>").format("<b>", 3, id="a'b", more=Markup("<i>{x}</i>"))
    assert put == "<p id='a&#39;b'>&lt;b&gt;3<i>{x}</i></p>"
    assert isinstance(put, Markup)
    assert Markup("{}").format(markupsafe.Markup("<b>")) == "<b>"
    assert Markup("{a}").format(a="{0.__class__} & {a}") == "{0.__class__} &amp; {a}"
