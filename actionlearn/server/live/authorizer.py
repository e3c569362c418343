"""What jupyter_server's own handlers may do: nothing, but serve a kernel to its owner."""

from __future__ import annotations

from typing import cast

from jupyter_server.auth import Authorizer, User
from jupyter_server.base.handlers import JupyterHandler

from actionlearn.server.web.context import LiveKernels


class OwnerAuthorizer(Authorizer):
    """Deny by default. Our own pages ask `permissions.may`; this is for what comes from jupyter_server."""

    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        """Allow a kernel to the person it was started for, and nothing else to anybody.

        Parameters
        ----------
        handler
            The handler that asks; its address names the kernel.
        user
            The signed-in person.
        action
            ``read`` for the kernel's model, ``execute`` for its channels.
        resource
            ``kernels``, or what we serve to nobody.
        """
        if resource != "kernels" or action not in {"read", "execute"}:
            return False
        kernel = (handler.path_kwargs or {}).get("kernel_id", "") or next(iter(handler.path_args or ()), "")
        kernels = cast("LiveKernels", handler.kernel_manager)
        return bool(user) and kernels.owner_of(str(kernel)) == user.username
