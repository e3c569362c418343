"""The application of a kernel in two steps: all that is memory before the fork, sockets and threads after it.

What a fork touches of the memory it was given is copied, a page at a time, and that is what a kernel's start costs
where thirty start at once. So whatever is the same for all of them is made before: arguments and configuration are
read, the kernel with IPython's shell is there. What is left opens sockets and starts threads. There is no debugger:
nobody could reach it.

This is imported only where kernels are forked: it takes a second.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any

import zmq
from ipykernel.control import ControlThread
from ipykernel.heartbeat import Heartbeat
from ipykernel.iostream import IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.shellchannel import ShellChannelThread
from IPython.core.application import BaseIPythonApplication
from jupyter_client.session import new_id
from zmq.eventloop.zmqstream import ZMQStream

_PORTS = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")


class App(IPKernelApp):
    """A kernel: ``make`` it before the fork or after, then ``connect`` and ``start`` it.

    It greets each who listens, not only the first: whoever has talked to the kernel before this one knows by it
    that nothing passes them by any more.
    """

    def make(self, argv: list[str], namespace: dict[str, Any] | None) -> None:
        """Make shell and kernel."""
        BaseIPythonApplication.initialize(self, argv)  # type: ignore[no-untyped-call]
        self.log.setLevel(logging.ERROR)  # nobody hears it, and each line costs
        self.init_pdb()  # type: ignore[no-untyped-call]
        self.configure_tornado_logger()  # type: ignore[no-untyped-call]
        self.kernel = IPythonKernel.instance(
            parent=self, session=self.session, log=self.log, profile_dir=self.profile_dir, user_ns=namespace
        )
        self.init_path()  # type: ignore[no-untyped-call]
        self.init_shell()  # type: ignore[no-untyped-call]
        self.init_gui_pylab()  # type: ignore[no-untyped-call]
        self.init_extensions()  # type: ignore[no-untyped-call]
        self.init_code()  # type: ignore[no-untyped-call]

    def connect(self, file: str, *, tcp: bool) -> None:
        """Open the sockets of a connection file, and have the kernel heard on them."""
        self.connection_file = file
        self.session.pid, self.session.session = os.getpid(), new_id()
        self.load_connection_info(json.loads(Path(file).read_text(encoding="utf-8")))
        context = self.context = zmq.Context()
        self.shell_socket, self.stdin_socket, self.control_socket = (
            self._open(context, zmq.ROUTER, zmq.ROUTER_HANDOVER, port)
            for port in (self.shell_port, self.stdin_port, self.control_port)
        )
        published = self._open(context, zmq.XPUB, zmq.XPUB_VERBOSE, self.iopub_port)
        # Where no TCP may be had, what other processes of it print is not heard.
        self.iopub_thread = IOPubThread(published, pipe=tcp, session=self.session)  # type: ignore[no-untyped-call]
        self.iopub_socket = self.iopub_thread.background_socket
        self.iopub_thread.start()  # type: ignore[no-untyped-call]
        # In the same context: what is sent is let go of without the interpreter's lock, which code may hold for long.
        self.heartbeat = Heartbeat(  # type: ignore[no-untyped-call]
            context,
            (self.transport, self.ip, self.hb_port),
            curve_publickey=self.curve_publickey,
            curve_secretkey=self.curve_secretkey,
        )
        self.heartbeat.start()
        self.init_io()  # type: ignore[no-untyped-call]
        self.init_signal()  # type: ignore[no-untyped-call]
        self._attach(context)

    def _open(self, context: zmq.Context[Any], kind: int, option: int, port: int) -> Any:
        socket = context.socket(kind)
        socket.setsockopt(zmq.LINGER, 1000)
        socket.setsockopt(option, 1)
        self._apply_curve_server_options(socket)
        self._bind_socket(socket, port)  # type: ignore[no-untyped-call]
        return socket

    def _attach(self, context: zmq.Context[Any]) -> None:
        kernel, shell = self.kernel, self.kernel.shell
        control, channel = ControlThread(daemon=True), ShellChannelThread(context, daemon=True)  # type: ignore[no-untyped-call]
        kernel.control_thread, kernel.shell_channel_thread = control, channel
        kernel.control_stream = ZMQStream(self.control_socket, control.io_loop)
        kernel.shell_stream = channel.shell_stream = ZMQStream(self.shell_socket, channel.io_loop)
        for thread in (control, channel):
            thread.start()
        kernel.iopub_thread, kernel.stdin_socket = self.iopub_thread, self.stdin_socket
        kernel.iopub_socket = shell.displayhook.pub_socket = shell.display_pub.pub_socket = self.iopub_socket
        kernel.record_ports({name: getattr(self, name) for name in _PORTS})
        shell.history_manager.dir_hist[:] = [Path.cwd()]
        self.displayhook.get_execution_count = lambda: kernel.execution_count
