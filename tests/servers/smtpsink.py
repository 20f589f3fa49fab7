"""An SMTP server that records what it takes and misbehaves to order: any answer to any command, dying or silent after the final dot."""

# ruff: noqa: N802 - the names are aiosmtpd's

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from mailbot.config import Answering, Mode, Security, Server

Answer = str | bytes

logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # it reports every provoked fault


@dataclass(frozen=True, slots=True)
class Received:
    """One letter that came whole, up to and with its final dot, whatever was answered then."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    options: tuple[str, ...]
    at: datetime
    monotonic: float
    accepted: bool


@dataclass
class Script:
    """What is answered instead of the usual; a list is used up answer by answer, then the usual again."""

    greeting: Answer = ""
    auth: Answer = ""  # instead of 235, whatever the password
    mail: Answer | list[Answer] = ""
    rcpt: Answer | list[Answer] = ""
    data: Answer | list[Answer] = ""  # to the command DATA, instead of 354
    dot: Answer | list[Answer] = ""  # to the final dot, instead of 250
    noop: Answer | list[Answer] = ""
    rset: Answer | list[Answer] = ""
    quit: Answer | list[Answer] = ""
    die_before_body: bool = False  # close after 354
    after_dot: str = ""  # "die": take the letter, then close; "silent": take it and never answer
    after_dot_seconds: float = 0.0  # take the letter and answer so much later
    refuse_dot_after: bool = False  # with after_dot: do not take the letter (the client cannot know)


@dataclass
class SmtpSink:
    """`with SmtpSink() as sink: Post(sink.answering())`; `letters` are what it took, `commands` all it heard."""

    user: str = "jsjyktg@126.com"
    password: str = "SHOUQUANMA123456"
    script: Script = field(default_factory=Script)
    certificate: tuple[str, str] | None = None  # (certificate file, key file): TLS from the first byte
    starttls: tuple[str, str] | None = None
    mechanisms: tuple[str, ...] = ("LOGIN", "PLAIN")
    received: list[Received] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    logins: int = 0
    port: int = 0

    def __enter__(self) -> SmtpSink:
        self._loop = asyncio.new_event_loop()
        self._lines: set[Any] = set()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def letters(self) -> list[bytes]:
        """The content of every letter that was taken, in order."""
        return [one.content for one in self.received if one.accepted]

    def settings(self, **changes: object) -> Server:
        known: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "security": Security.PLAIN,
            "connect_timeout": 5.0,
            "read_timeout": 5.0,
        }
        return Server(**(known | changes))  # type: ignore[arg-type]

    def answering(self, **changes: object) -> Answering:
        known: dict[str, object] = {
            "server": self.settings(),
            "sender": self.user,
            "sender_name": "计生协项目办公室",
            "mode": Mode.SEND,
            "data_timeout": 1.0,
        }
        return Answering(**(known | changes))  # type: ignore[arg-type]

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(ready))
        self._loop.close()

    async def _serve(self, ready: threading.Event) -> None:
        self._stop = asyncio.Event()
        context = _context(self.certificate)
        server = await self._loop.create_server(lambda: _Line(self), "127.0.0.1", 0, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        server.close()
        for task in asyncio.all_tasks():
            if task is not asyncio.current_task():
                task.cancel()
        for line in self._lines:
            line.abort()
        await asyncio.sleep(0)

    def next_answer(self, command: str) -> Answer:
        known: Answer | list[Answer] = getattr(self.script, command)
        if isinstance(known, list):
            return known.pop(0) if known else ""
        return known


def _socket_of(server: SMTP) -> asyncio.Transport:
    assert isinstance(server.transport, asyncio.Transport)
    return server.transport


class _Line(SMTP):
    """One connection."""

    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink
        super().__init__(
            _Hooks(sink),
            hostname="sink.test",
            auth_require_tls=False,
            authenticator=self._judge,
            auth_exclude_mechanism=sorted({"LOGIN", "PLAIN"} - set(sink.mechanisms)),
            tls_context=_context(sink.starttls),
            enable_SMTPUTF8=False,
            data_size_limit=73400320,
            ident="Anti-spam GT for Coremail System",
        )

    def connection_made(self, transport: Any) -> None:
        self.sink.connections += 1
        self.sink._lines.add(transport)
        super().connection_made(transport)

    async def push(self, status: Answer) -> None:
        if str(status).startswith("220 sink") and self.sink.script.greeting:
            await super().push(cast(str, self.sink.script.greeting))
            _socket_of(self).close()
            return
        await super().push(cast(str, status))  # it takes text and bytes alike

    async def smtp_DATA(self, arg: str) -> None:
        self.sink.commands.append("DATA")
        if answer := self.sink.next_answer("data"):
            await self.push(answer)
        elif self.sink.script.die_before_body:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            _socket_of(self).abort()
        else:
            await super().smtp_DATA(arg)

    def _judge(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, secret: Any) -> AuthResult:
        self.sink.logins += 1
        if self.sink.script.auth:
            return AuthResult(success=False, handled=False, message=self.sink.script.auth)  # type: ignore[arg-type]
        known = (self.sink.user.encode(), self.sink.password.encode())
        if isinstance(secret, LoginPassword) and (secret.login, secret.password) == known:
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False, message="535 Error: authentication failed")


class _Hooks:
    """aiosmtpd's hooks; each asks the script first."""

    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> Answer:
        self.sink.commands.append(f"MAIL {address} {' '.join(options)}".strip())
        if answer := self.sink.next_answer("mail"):
            return answer
        if not session.authenticated:
            return "553 authentication is required"
        if address != self.sink.user:
            return "553 Mail from must equal authorized user"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 Mail OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> Answer:
        self.sink.commands.append(f"RCPT {address}")
        if answer := self.sink.next_answer("rcpt"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 Mail OK"

    async def handle_DATA(self, server: _Line, session: Session, envelope: Envelope) -> Answer:
        script = self.sink.script
        answer = self.sink.next_answer("dot")
        accepted = not script.refuse_dot_after if script.after_dot else (not answer or str(answer).startswith("250"))
        self.sink.received.append(
            Received(
                envelope.mail_from or "",
                tuple(envelope.rcpt_tos),
                envelope.original_content or b"",
                tuple(envelope.mail_options),
                datetime.now(UTC),
                time.monotonic(),
                accepted,
            )
        )
        if script.after_dot == "die":
            _socket_of(server).abort()
        if script.after_dot == "silent":
            await asyncio.sleep(60)
        await asyncio.sleep(script.after_dot_seconds)
        return answer or "250 Mail OK queued as smtp1,DMCowAB3"

    async def handle_NOOP(self, server: SMTP, session: Session, envelope: Envelope, argument: str) -> Answer:
        self.sink.commands.append("NOOP")
        return self.sink.next_answer("noop") or "250 OK"

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> Answer:
        self.sink.commands.append("RSET")
        return self.sink.next_answer("rset") or "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> Answer:
        self.sink.commands.append("QUIT")
        return self.sink.next_answer("quit") or "221 Bye"


def _context(files: tuple[str, str] | None) -> ssl.SSLContext | None:
    if files is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    return context
