"""A process that reads strangers' files gives up the network: neither a file nor a package it is read with can call anybody.

Found by tracing a round: onnxruntime reports to its maker unless told not to. So it is told, and the kernel sees to the rest.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2  # prctl(2)
_SOCKET = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""The kernel's number of the architecture, and of socket() on it (linux/audit.h, asm/unistd.h)."""

_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # classic BPF: load a word, jump if equal, answer
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_UNIX = 1  # AF_UNIX: pipes between processes of this machine


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def stay_offline() -> bool:
    """Refuse this process, and all it starts, every socket but those inside the machine, for good; False where the system cannot."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # onnxruntime's Privacy.md; before it is imported
    known = _SOCKET.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    architecture, socket = known
    instructions = b"".join(
        struct.pack("=HBBI", *instruction)
        for instruction in (
            (_LOAD, 0, 0, 4),  # the architecture of the call
            (_EQUAL, 0, 5, architecture),
            (_LOAD, 0, 0, 0),  # its number
            (_EQUAL, 0, 3, socket),
            (_LOAD, 0, 0, 16),  # its first argument: the family
            (_EQUAL, 1, 0, _UNIX),
            (_RETURN, 0, 0, _ERRNO | errno.EACCES),
            (_RETURN, 0, 0, _ALLOW),
        )
    )
    libc = ctypes.CDLL(None, use_errno=True)
    program = _Program(len(instructions) // 8, instructions)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)
