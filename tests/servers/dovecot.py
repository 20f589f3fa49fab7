"""Debian's Dovecot as an ordinary process in a temporary folder: the truth about IMAP, started in a tenth of a second."""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from mailbot.config import Security, Server

PROGRAM = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")

CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 1
mail_location = maildir:{home}/mail/%u
mail_fsync = never
mailbox_list_index = no
namespace inbox {{
  inbox = yes
  separator = /
  mailbox 垃圾邮件 {{
    auto = create
    special_use = \\Junk
  }}
  mailbox 广告邮件 {{
    auto = create
  }}
  mailbox 已发送 {{
    auto = create
    special_use = \\Sent
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
auth_failure_delay = 0
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}
}}
{extra}
"""


def need_dovecot() -> None:
    """Skip the test where Dovecot is not installed."""
    if PROGRAM is None:
        pytest.skip("dovecot is not installed (apt-get install dovecot-imapd)")


class Dovecot:
    """`with Dovecot() as server: server.deliver(raw, when)`; runs as the current user, or as `nobody` when that is root."""

    def __init__(self, password: str = "authorisation-code", extra: str = "") -> None:
        need_dovecot()
        self.password = password
        self.extra = extra  # more lines of dovecot.conf, which win over those above them
        self.user = "office1@example.cn"
        self.home = Path(tempfile.mkdtemp(prefix="dovecot-"))
        account = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self._uid, self._gid, self._name = account.pw_uid, account.pw_gid, account.pw_name
        self._count = 0
        self._program: subprocess.Popen[bytes] | None = None
        self.port = 0

    def __enter__(self) -> Dovecot:
        os.chown(self.home, self._uid, self._gid)
        self.port = free_port()
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def new_account(self) -> None:
        """Go on with an empty mailbox of another user: quicker than another server."""
        self._count += 1
        self.user = f"office{self._count + 1}@example.cn"

    def start(self) -> None:
        """Start the server and wait for its greeting."""
        file = self.home / "dovecot.conf"
        group = grp.getgrgid(self._gid).gr_name
        file.write_text(
            CONFIG.format(
                home=self.home,
                user=self._name,
                group=group,
                port=self.port,
                password=self.password,
                uid=self._uid,
                gid=self._gid,
                extra=self.extra,
            )
        )
        file.chmod(0o644)
        assert PROGRAM
        identity: dict[str, Any] = {"user": self._uid, "group": self._gid, "extra_groups": []} if os.getuid() == 0 else {}
        self._program = subprocess.Popen(
            [PROGRAM, "-F", "-c", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True, **identity
        )
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as line:
                if line.recv(4).startswith(b"* OK"):
                    return
            if self._program.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError(f"Dovecot did not start: {self.log()}")

    def stop(self) -> None:
        """End the server and all its sessions at once."""
        if self._program:
            # The children of open sessions outlive a master that is asked politely, and clients would still talk to them.
            os.killpg(self._program.pid, signal.SIGKILL)
            self._program.wait()
            if self._program.stderr:
                self._program.stderr.close()
        self._program = None

    def log(self) -> str:
        """What the server wrote about itself."""
        words = self._program.stderr.read() if self._program and self._program.stderr and self._program.poll() is not None else b""
        file = self.home / "dovecot.log"
        return words.decode(errors="replace") + (file.read_text(errors="replace") if file.exists() else "")

    def settings(self, **changes: object) -> Server:
        known: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "security": Security.PLAIN,
            "connect_timeout": 5.0,
            "read_timeout": 10.0,
        }
        return Server(**(known | changes))  # type: ignore[arg-type]

    def deliver(self, raw: bytes, when: datetime | None = None, folder: str = "INBOX") -> None:
        """Put a mail into the Maildir as a delivery agent does; INTERNALDATE is the file's time."""
        place = self._maildir(folder)
        self._count += 1
        # A Maildir is listed in the order of these names, so the counter keeps the order of delivery.
        name = f"{int(time.time())}.M{self._count:08d}P{os.getpid()}.test,S={len(raw)}"
        file = place / "tmp" / name
        file.write_bytes(raw)
        stamp = (when or datetime.now(UTC)).timestamp()
        os.utime(file, (stamp, stamp))
        os.chown(file, self._uid, self._gid)
        file.rename(place / "new" / name)

    def new_uidvalidity(self) -> None:
        """Make the server forget every UID it gave, as after a restored backup."""
        self.stop()
        for pattern in ("dovecot*", ".*/dovecot*"):
            for file in (self.home / "mail" / self.user).glob(pattern):
                file.unlink()
        time.sleep(1.1)  # UIDVALIDITY is the time in seconds
        self.start()

    def second_session(self) -> imaplib.IMAP4:
        """Another client of the same mailbox, as staff in webmail are; log out when done."""
        client = imaplib.IMAP4("127.0.0.1", self.port, 10)
        client.login(self.user, self.password)
        return client

    def flag(self, uid: int, flag: str = r"(\Seen)", folder: str = "INBOX") -> None:
        self._change(folder, uid, "STORE", "+FLAGS", flag)

    def move(self, uid: int, target: str, folder: str = "INBOX") -> None:
        self._change(folder, uid, "MOVE", wire_name(target))

    def expunge(self, uid: int, folder: str = "INBOX") -> None:
        self._change(folder, uid, "STORE", "+FLAGS", r"(\Deleted)", then="EXPUNGE")

    def state(self, folder: str = "INBOX") -> list[bytes]:
        """UID, flags, time and size of every mail, as a second session sees them."""
        client = self.second_session()
        client.select(wire_name(folder), readonly=True)
        _, lines = client.fetch("1:*", "(UID FLAGS INTERNALDATE RFC822.SIZE)")
        client.logout()
        return [line for line in lines if isinstance(line, bytes)]

    def _change(self, folder: str, uid: int, command: str, *words: str, then: str = "") -> None:
        client = self.second_session()
        client.select(wire_name(folder))
        typ, said = client.uid(command, str(uid), *words)
        assert typ == "OK", said
        if then:
            getattr(client, then.lower())()
        client.logout()

    def _maildir(self, folder: str) -> Path:
        place = self.home / "mail" / self.user
        if folder != "INBOX":
            place = place / ("." + wire_name(folder).strip('"').replace("/", "."))
        for part in (self.home / "mail", self.home / "mail" / self.user, place, place / "tmp", place / "new", place / "cur"):
            if not part.exists():
                part.mkdir()
                os.chown(part, self._uid, self._gid)
        return place


def wire_name(folder: str) -> str:
    """A folder name in modified UTF-7, quoted."""
    from imapclient.imap_utf7 import encode

    encoded: bytes = encode(folder)
    return f'"{encoded.decode("ascii")}"'


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
