"""What the machine needs to know, as values; `mailbot.loading.configfile` reads them from config.yaml."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class Mode(StrEnum):
    """What happens to a finished letter: sent | kept for a person to release | not written at all."""

    SEND = "send"
    HOLD = "hold"
    OFF = "off"


class Security(StrEnum):
    """How a connection is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Server:
    """One mail server. `password` is already resolved (environment variable or mode-600 file) and never printed."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: Security = Security.TLS
    connect_timeout: float = 15.0  # seconds
    read_timeout: float = 120.0  # seconds
    password_file: Path | None = None  # where the password came from, if from a file: its mode is looked at by `doctor`


@dataclass(frozen=True, slots=True)
class Inbox:
    """Which folders are read and how often."""

    server: Server
    folders: tuple[str, ...] = ()  # decoded names beside INBOX; empty = found by flag or by name
    skip_folders: tuple[str, ...] = ()
    poll_seconds: int = 180
    poll_jitter_seconds: int = 30
    max_mail_bytes: int = 100 * 1024 * 1024
    min_free_bytes: int = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answering:
    """How units are answered."""

    server: Server
    sender: str  # our own address, also the envelope sender
    sender_name: str = ""
    mode: Mode = Mode.HOLD
    go_live: datetime | None = None  # mail that arrived earlier is filed, never answered; None = the first start
    quiet_minutes: float = 5.0
    per_15_minutes: int = 120
    per_day: int = 300
    per_address_day: int = 3
    per_unit_day: int = 6
    data_timeout: float = 600.0  # seconds after the final dot, as Postfix


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader of hostile material may use; over a limit means kept and unsure, never dropped."""

    unpacked_bytes: int = 1024 * 1024 * 1024
    entries: int = 2000
    depth: int = 8
    parts: int = 1000
    reader_memory_bytes: int = 1024 * 1024 * 1024
    reader_seconds: float = 30.0
    text_characters: int = 200_000
    ocr_pages: int = 12  # scanned pages of one mail that are recognised; 0 = none
    ocr_seconds: float = 90.0  # for one page, all turns tried
    ocr_memory_bytes: int = 1536 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Web:
    """The staff's page: where it listens, under which names it is reached, how long a login lasts."""

    with_run: bool = False  # `mailbot run` serves it as well
    host: str = "127.0.0.1"
    port: int = 8126
    names: tuple[str, ...] = ()  # host names beside localhost and `host`, as they stand in the address bar
    proxies: tuple[str, ...] = ()  # addresses of reverse proxies whose X-Forwarded-* are believed
    session_hours: float = 12.0
    max_upload_bytes: int = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Monitoring:
    """Where the daemon answers a monitor (/healthz, /livez, /metrics): counts only, no personal data."""

    host: str = "127.0.0.1"
    port: int = 9464


@dataclass(frozen=True, slots=True)
class Alarm:
    """Whom mailbot tells that it cannot go on by itself: addresses of staff, a web hook, or both."""

    to: tuple[str, ...] = ()
    webhook: str = field(default="", repr=False)  # its address is a secret: it holds the key of the group
    silence_seconds: float = 3600.0  # so long without a complete look at the inbox

    @property
    def wanted(self) -> bool:
        """Whether there is anybody to tell."""
        return bool(self.to or self.webhook)


class LogFormat(StrEnum):
    """How the log is written: for people | one JSON object a line."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Config:
    """All of config.yaml."""

    path: Path
    rules: Path
    storage: Path
    database: str  # SQLAlchemy URL
    inbox: Inbox
    answering: Answering
    limits: Limits = field(default_factory=Limits)
    web: Web = field(default_factory=Web)
    log_level: str = "INFO"
    log_format: LogFormat = LogFormat.TEXT
    monitoring: Monitoring | None = None
    alarm: Alarm = field(default_factory=Alarm)
