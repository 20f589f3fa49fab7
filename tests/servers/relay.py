"""A TCP line that fails to order: between mailbot and a server, cut, reset, stalled, dripping or limited after N bytes of the server."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from types import TracebackType

PIECE = 1 << 16


@dataclass
class Relay:
    """`with Relay(server.port) as line: connect to line.port`; the names of the faults are toxiproxy's.

    A fault is played once on the first connection that carries `after` bytes from the server since it was ordered (`next`), and
    never again: the next connection is good.
    """

    to: int
    fault: str = ""  # "cut" (FIN), "reset" (RST), "stall" (silence), "drip" (100 bytes a time), "limit" (cut, and the client's side stays)
    after: int = 0
    connections: int = 0
    played: int = 0
    carried: int = 0  # bytes of the server on the latest connection
    _open: list[socket.socket] = field(default_factory=list)

    def __enter__(self) -> Relay:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for one in (self._door, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def next(self, fault: str, after: int) -> None:
        """The next connection that carries so many bytes from the server fails there."""
        self.fault, self.after = fault, after

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._door.accept()
                self.connections += 1
                server = socket.create_connection(("127.0.0.1", self.to))
                self._open += [client, server]
                threading.Thread(target=self._pump, args=(client, server), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _pump(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := client.recv(PIECE):
                server.sendall(piece)
        _end(server)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        self.carried = 0
        with contextlib.suppress(OSError):
            while piece := server.recv(PIECE):
                room = self.after - self.carried
                if self.fault and len(piece) > room:
                    client.sendall(piece[: max(0, room)])
                    if self._play(client, server, piece[max(0, room) :]):
                        return
                else:
                    client.sendall(piece)
                self.carried += len(piece)
        _end(client)

    def _play(self, client: socket.socket, server: socket.socket, rest: bytes) -> bool:
        """Whether the line is gone with it."""
        fault, self.fault = self.fault, ""
        self.played += 1
        if fault == "drip":
            for at in range(0, len(rest), 100):
                client.sendall(rest[at : at + 100])
                time.sleep(0.001)
            return False
        if fault == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        elif fault == "cut":
            _end(client)
            client.close()
        elif fault == "limit":
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_WR)
        if fault != "stall":
            _end(server)
        return True


def _end(side: socket.socket) -> None:
    with contextlib.suppress(OSError):
        side.shutdown(socket.SHUT_RDWR)
