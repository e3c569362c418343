"""How the server is: for a balancer, and in numbers for whoever runs it."""

from __future__ import annotations

from hmac import compare_digest

from actionlearn.errors import Missing, SignInNeeded
from actionlearn.server.web.api import ApiHandler
from actionlearn.server.web.handlers import PageHandler
from actionlearn.server.workbooks.push import hub_of


class Health(ApiHandler):
    """For a balancer: the store can be written."""

    public = True

    async def get(self) -> None:
        """Say that all is well, where it is; 503 where nothing can be saved."""
        await self.store.check_writable()
        self.send_json({"ok": True})


class Metrics(PageHandler):
    """Numbers in the format of Prometheus: for operators, and for whoever has the token of the setting.

    Counts of pages, kernels and time; no name of a person, a workbook or an address with an id.
    """

    public = True

    async def get(self) -> None:
        """Send the numbers."""
        self._check()
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
        from prometheus_client.platform_collector import PlatformCollector
        from prometheus_client.process_collector import ProcessCollector

        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        counts = (
            ("kernels", "Live parts that have a kernel", len(self.kernels.list_kernel_ids())),
            ("kernels_most", "How many may have one", self.kernels.most),
            ("pages_open", "Open pages that hear what is saved elsewhere", hub_of(self).count()),
            ("requests", "Requests answered since the start", self.kit.responses.total()),
        )
        for name, help, count in counts:
            Gauge(f"actionlearn_{name}", help, registry=registry).set(count)
        answers = Gauge("actionlearn_answers", "Requests answered, by status", ["status"], registry=registry)
        for status, count in self.kit.responses.items():
            answers.labels(status).set(count)
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.set_header("Cache-Control", "no-store")
        self.finish(generate_latest(registry))

    def _check(self) -> None:
        token = self.kit.settings.metrics_token
        sent = self.request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token and compare_digest(sent.encode("utf-8", "replace"), token.encode()):
            return
        if self.actor is None:
            raise SignInNeeded("server.sign_in")
        if not self.actor.operator:
            raise Missing("server.missing")
