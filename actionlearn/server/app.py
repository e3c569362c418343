"""The application: every route on one page, on a jupyter_server that serves nothing else."""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import secrets
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from jupyter_server.extension.application import ExtensionApp
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.filemanager import AsyncFileContentsManager
from tornado.httpserver import HTTPServer

from actionlearn.errors import ServerError
from actionlearn.kernels import kernel_specs
from actionlearn.server.connections import CappedServer, most_connections, raise_file_limit
from actionlearn.server.live import channel, kernel
from actionlearn.server.live import manager as kernels
from actionlearn.server.live.authorizer import OwnerAuthorizer
from actionlearn.server.live.folders import KernelFolders
from actionlearn.server.routes import ROUTES
from actionlearn.server.scheduled.cleanup import DailyCleanup
from actionlearn.server.scheduled.digests import DigestTimer
from actionlearn.server.scheduled.lrs import LrsSender
from actionlearn.server.web import logs
from actionlearn.server.web.channels import OpenChannels
from actionlearn.server.web.context import ServerContext
from actionlearn.server.web.identity import SessionIdentityProvider
from actionlearn.server.web.request_limits import MAX_DISCARDED, MAX_READ_HEAD, limit_bodies
from actionlearn.server.web.security_headers import HEADERS
from actionlearn.server.workbooks import page
from actionlearn.server.workbooks.push import PushHub
from actionlearn.server.workbooks.review_worker import ReviewWorker
from actionlearn.settings import Settings

if TYPE_CHECKING:
    from tornado.web import RequestHandler

log = logging.getLogger("actionlearn.server")

#: Seconds that somebody may take over the head of a request, and over its body: room for a slow line with a
#: large roster, and none for connections that are held open to keep others out.
PATIENCE = 120


def handler_class(name: str) -> type[RequestHandler]:
    """Return the handler of a row."""
    module, _, cls = name.rpartition(".")
    handler: type[RequestHandler] = getattr(importlib.import_module(f"actionlearn.server.{module}"), cls)
    return handler


class _NoContents(AsyncFileContentsManager):
    """jupyter_server wants a contents manager; this one brings no route of its own."""

    def get_extra_handlers(self) -> list[Any]:
        return []


class Server(ServerApp):
    """A ServerApp trimmed to what signs in and serves our routes.

    It reads no Jupyter configuration of the machine: what somebody set for their notebooks must
    not open a door here.
    """

    name = "actionlearn"
    default_services = ("auth", "security")  # type: ignore[assignment]
    kit: ClassVar[ServerContext]

    def load_config_file(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Read no configuration file."""

    def init_logging(self) -> None:
        """Log JSON lines."""
        super().init_logging()
        # In the demo the links that were printed shall stay in sight.
        logs.configure(
            self.log, logging.getLogger("asyncio"), level=logging.WARNING if self.kit.demo_people else logging.INFO
        )

    def init_webapp(self) -> None:
        """Make the web application, without the routes that jupyter_server adds by itself."""
        super().init_webapp()
        # /api, /metrics, /api/security/csp-report, the redirect of trailing slashes, favicons and
        # its own 404 page: all gone. The extension's routes end with one that catches the rest.
        self.web_app.wildcard_router.rules.clear()
        limit_bodies(self.web_app, self.kit)

    def init_httpserver(self) -> None:
        """Make the server, which takes no more connections than it has descriptors for."""
        HTTPServer.configure(CappedServer)
        try:
            super().init_httpserver()
        finally:
            HTTPServer.configure(None)
        cast("CappedServer", self.http_server).most = most_connections(raise_file_limit(), self.kit.settings.kernels)

    def init_signal(self) -> None:
        """Stop at once and cleanly when asked to, without a question on the terminal."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._signal_stop)

    def _signal_stop(self, sig: int, frame: Any) -> None:  # noqa: ARG002 (a signal handler's shape)
        log.info("stopping")
        loop = asyncio.get_event_loop_policy().get_event_loop()
        loop.call_soon_threadsafe(self.stop)

    def write_server_info_file(self) -> None:
        """Tell no other Jupyter tool of this server."""

    def remove_server_info_file(self) -> None:
        """Nothing was written."""


class Actionlearn(ExtensionApp):
    """The kit as a jupyter_server extension."""

    name = "actionlearn"
    load_other_extensions = False
    serverapp_class = Server
    serverapp_config: ClassVar[dict[str, Any]] = {"open_browser": False}  # type: ignore[misc]

    @classmethod
    def get_extension_package(cls) -> str:
        """Name the package that jupyter_server asks for extension points."""
        return "actionlearn.server"

    def load_config_file(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Read no configuration file."""

    def initialize_settings(self) -> None:
        """Put what handlers need into the application's settings."""
        assert isinstance(self.serverapp, Server)
        kit = self.serverapp.kit
        self.settings["kit"] = kit
        self.settings["hub"], self.settings["channels"] = PushHub(), OpenChannels()
        self.workers = self.settings["workers"] = ReviewWorker(kit)
        self.daily, self.telling, self.leaving = DailyCleanup(kit), DigestTimer(kit), LrsSender(kit)
        manager = cast("kernels.WorkbookKernelManager", self.serverapp.kernel_manager)
        manager.most, manager.folders = kit.settings.kernels, KernelFolders(Path(self.serverapp.runtime_dir))
        manager.kernel_spec_manager = kernel_specs()
        self.manager = manager
        self.settings["log_function"] = logs.log_request
        self.settings["headers"] = HEADERS
        self.settings["default_handler_class"] = handler_class("web.not_found.NoPage")

    def initialize_handlers(self) -> None:
        """Mount every row of `ROUTES`."""
        for route in ROUTES:
            self.handlers.append((route.pattern, handler_class(route.handler)))

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Do what is best done before the first learner comes."""
        self.manager.warm()
        await page.warm()
        await asyncio.to_thread(self.workers.resume)
        await self.daily.start()
        await self.leaving.start()
        self.telling.start(serverapp.port)
        # What is here by now stays: the collector, which stops everybody meanwhile, need not look at it again.
        # What a request leaves behind is mostly gone by itself: it need not look often.
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000)

    async def stop_extension(self) -> None:
        """Begin no more work, and end the kernels. Notebooks in execution are ended by `stop_children`."""
        self.daily.stop()
        self.leaving.stop()
        self.telling.stop()
        self.workers.stop()
        await self.manager.close()


def make_server(kit: ServerContext, runtime: Path) -> Server:
    """Return a server that is ready to start.

    Parameters
    ----------
    kit
        The store, the data folder and the settings.
    runtime
        A folder of ours alone with a short path, for the sockets of kernels.

    Raises
    ------
    ServerError
        The port is taken or not allowed.
    """
    settings = kit.settings
    _check_port(settings.ip, settings.port)
    Server.clear_instance()
    Server.kit = kit
    everywhere = settings.ip in {"", "0.0.0.0", "::"}  # noqa: S104 (compared, not bound)
    server = Actionlearn.initialize_server(  # type: ignore[no-untyped-call]
        argv=[],
        log_level=logging.WARNING,
        ip=settings.ip,
        port=settings.port,
        port_retries=0,
        base_url=settings.base_url,
        root_dir=str(_empty(runtime)),
        reraise_server_extension_failures=True,
        no_browser_open_file=True,
        allow_root=True,
        allow_remote_access=everywhere,
        local_hostnames=_hostnames(settings),
        # Page.prepare refuses whoever is not signed in; jupyter_server's own check would redirect.
        allow_unauthenticated_access=True,
        config=kernel.configuration(settings.kernel_idle_minutes),
        runtime_dir=str(runtime),
        cookie_secret=secrets.token_bytes(32),  # used for nothing, and else a file beside the kernels' sockets
        kernel_manager_class=kernels.WorkbookKernelManager,
        kernel_websocket_connection_class=channel.WorkbookChannel,
        authorizer_class=OwnerAuthorizer,
        identity_provider_class=SessionIdentityProvider,
        contents_manager_class=_NoContents,
        trust_xheaders=False,  # who may say where a request comes from: `addresses.sender`
        max_body_size=MAX_DISCARDED,
        tornado_settings={"compress_response": True, "ws_ping_interval": 30_000, "ws_ping_timeout": 30_000},
    )
    assert isinstance(server, Server)
    sending = server.http_server.conn_params
    sending.header_timeout = sending.body_timeout = PATIENCE
    sending.max_header_size = MAX_READ_HEAD
    return server


def _empty(runtime: Path) -> Path:
    """Return a folder with nothing in it: jupyter_server wants a root, and shall find nothing there."""
    folder = runtime / "empty"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _hostnames(settings: Settings) -> list[str]:
    from urllib.parse import urlsplit

    public = urlsplit(settings.public_url).hostname
    return ["localhost", settings.ip, *([public] if public else [])]


def _check_port(ip: str, port: int) -> None:
    from tornado.netutil import bind_sockets

    try:
        for socket in bind_sockets(port, ip):
            socket.close()
    except OSError as error:
        code = "server.port_taken" if error.errno in {98, 48, 10048} else "server.port_refused"
        raise ServerError(code, ip=ip, port=port) from None
    except OverflowError:
        raise ServerError("server.port_refused", ip=ip, port=port) from None
