"""A throw-away Dovecot with TLS that holds one profile of the corpus, and the settings with which each program reads it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import when
from tests.servers.dovecot import Dovecot, free_port

_TLS = """
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
service imap-login {{
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
"""

_CONFIG = """
rules: {rules}
storage: {home}/storage
inbox:
  host: 127.0.0.1
  port: {port}
  security: tls
  user: {user}
  password_env: MAILBOT_PASSWORD
  min_free: 1MB
answering:
  mode: hold
  go_live: 2022-11-17
  host: 127.0.0.1
  port: 9
  security: plain
  password_env: MAILBOT_PASSWORD
  sender: {user}
  sender_name: 活动周材料收集
"""

_MBSYNC = """
IMAPAccount office
Host 127.0.0.1
Port {port}
User {user}
Pass {password}
SSLType IMAPS
CertificateFile {certificate}
AuthMechs LOGIN

IMAPStore far
Account office

MaildirStore near
Inbox {home}/inbox
Path {home}/

Channel all
Far :far:
Near :near:
Patterns INBOX
Create Near
Sync Pull New
SyncState *
"""


@dataclass(frozen=True, slots=True)
class Account:
    """Where the mailbox is and how to get in."""

    port: int
    user: str
    password: str
    certificate: Path

    def environ(self) -> dict[str, str]:
        """What the Python programs need beside their arguments: the password, and the authority behind the server's certificate."""
        known = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")}
        return known | {"MAILBOT_PASSWORD": self.password, "SSL_CERT_FILE": str(self.certificate), "PYTHONUTF8": "1"}

    def mailbot_config(self, home: Path, rules: Path) -> Path:
        """A config.yaml in the empty folder `home`."""
        file = home / "config.yaml"
        file.write_text(_CONFIG.format(rules=rules, home=home, port=self.port, user=self.user), encoding="utf-8")
        return file

    def mbsync_config(self, home: Path) -> Path:
        """The same for mbsync."""
        file = home / "mbsyncrc"
        file.write_text(
            _MBSYNC.format(port=self.port, user=self.user, password=self.password, certificate=self.certificate, home=home), "utf-8"
        )
        return file


@contextmanager
def mailbox() -> Iterator[tuple[Dovecot, Account]]:
    """An empty server, and the way in."""
    server, port = Dovecot(), free_port()
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    words += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    words += ["-keyout", str(server.home / "key.pem"), "-out", str(server.home / "cert.pem")]
    subprocess.run(words, check=True, capture_output=True)
    # The server runs as nobody when we are root, and the key is worth nothing.
    (server.home / "key.pem").chmod(0o644)
    server.extra = _TLS.format(folder=server.home, port=port)
    with server:
        yield server, Account(port, server.user, server.password, server.home / "cert.pem")


def corpus(profile: str, folder: Path) -> Path:
    """The mails of a profile below `folder`, made there if they are not yet."""
    made = folder / profile
    if not (made / "manifest.jsonl").exists():
        made.mkdir(parents=True)
        subprocess.run([sys.executable, "-m", "benchmarks.corpus", profile, str(made)], check=True)
    return made


def deliver(server: Dovecot, mails: Path) -> int:
    """Put every mail into the inbox and let the server build its index; how many bytes."""
    total = 0
    for number, file in enumerate(sorted(mails.glob("*.eml")), 1):
        raw = file.read_bytes()
        total += len(raw)
        server.deliver(raw, when(number))
    server.state()
    return total
