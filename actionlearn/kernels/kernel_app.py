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
import threading
from pathlib import Path
from typing import Any

import zmq
from ipykernel import ipkernel
from ipykernel.control import ControlThread
from ipykernel.heartbeat import Heartbeat
from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp
from ipykernel.shellchannel import ShellChannelThread
from IPython.core.application import BaseIPythonApplication
from jupyter_client.session import new_id
from zmq.eventloop.zmqstream import ZMQStream

_PORTS = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")


class _NoSubshells:
    """What stands for their thread where there are none."""

    parent_thread = threading.main_thread()

    def __bool__(self) -> bool:
        return False


class IPythonKernel(ipkernel.IPythonKernel):
    """One that may be without subshells; code that looks at it sees no other."""

    __module__ = ipkernel.__name__

    @property
    def _supports_kernel_subshells(self) -> bool:
        return bool(self.shell_channel_thread)


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

    def connect(self, file: str, *, closed: bool) -> None:
        """Open the sockets of a connection file, and have the kernel heard on them.

        One that is closed in has no TCP, so that what other processes of it print is not heard; and no subshells:
        a page may not ask for one, and each message would be handed from thread to thread.
        """
        self.connection_file = file
        self.session.pid, self.session.session = os.getpid(), new_id()
        self.load_connection_info(json.loads(Path(file).read_text(encoding="utf-8")))
        context = self.context = zmq.Context()
        self.shell_socket, self.stdin_socket, self.control_socket = (
            self._open(context, zmq.ROUTER, zmq.ROUTER_HANDOVER, port)
            for port in (self.shell_port, self.stdin_port, self.control_port)
        )
        published = self._open(context, zmq.XPUB, zmq.XPUB_VERBOSE, self.iopub_port)
        self.iopub_thread = IOPubThread(published, pipe=not closed, session=self.session)  # type: ignore[no-untyped-call]
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
        self._attach(None if closed else ShellChannelThread(context, daemon=True))

    def _open(self, context: zmq.Context[Any], kind: int, option: int, port: int) -> Any:
        socket = context.socket(kind)
        socket.setsockopt(zmq.LINGER, 1000)
        socket.setsockopt(option, 1)
        self._apply_curve_server_options(socket)
        self._bind_socket(socket, port)  # type: ignore[no-untyped-call]
        return socket

    def _attach(self, channel: ShellChannelThread | None) -> None:
        kernel, shell = self.kernel, self.kernel.shell
        kernel.control_thread = ControlThread(daemon=True)  # type: ignore[no-untyped-call]
        kernel.control_stream = ZMQStream(self.control_socket, kernel.control_thread.io_loop)
        kernel.control_thread.start()
        kernel.shell_stream = ZMQStream(self.shell_socket, channel.io_loop if channel else None)
        kernel.shell_channel_thread = channel or _NoSubshells()
        if channel:
            channel.shell_stream = kernel.shell_stream
            channel.start()
        kernel.iopub_thread, kernel.stdin_socket = self.iopub_thread, self.stdin_socket
        kernel.iopub_socket = shell.displayhook.pub_socket = shell.display_pub.pub_socket = self.iopub_socket
        kernel.record_ports({name: getattr(self, name) for name in _PORTS})
        shell.history_manager.dir_hist[:] = [Path.cwd()]
        self.displayhook.get_execution_count = lambda: kernel.execution_count
