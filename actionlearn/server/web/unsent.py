"""Where a form leads that only a script can send: nothing is saved, and its words are given back."""

from __future__ import annotations

from actionlearn.server.web.handlers import PageHandler


class UnsentForm(PageHandler):
    """A form was sent by a page whose script does not run."""

    public = True

    def post(self) -> None:
        """Say that nothing was saved, and show what was typed."""
        fields = self.request.body_arguments.values()
        texts = [each.decode("utf-8", "replace").strip() for several in fields for each in several]
        self.render_page("unsent.html", status=422, sent=[each for each in texts if each])
