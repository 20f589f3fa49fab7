"""What systemd wants to hear of a service of Type=notify: that it is ready, alive, stopping; silence everywhere else."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def notify(state: str) -> None:
    """Send one state (READY=1, WATCHDOG=1, STOPPING=1) to the supervisor's socket, if there is one (sd_notify(3))."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.connect(address)
        line.send(state.encode("ascii"))
