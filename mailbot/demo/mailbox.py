"""An embedded mailbox: pymap answers IMAP, aiosmtpd takes SMTP with AUTH, both on loopback in one background thread."""

from __future__ import annotations

import asyncio
import logging
import threading
import warnings
from argparse import Namespace
from asyncio import AbstractServer
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend, Login
from pymap.backend.dict.mailbox import MailboxData
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import Passwords, UserMetadata
from pysasl.hashing import BuiltinHash

LOOPBACK = "127.0.0.1"
MAIL_LIMIT = 100 * 1024 * 1024
START_SECONDS = 20.0

_T = TypeVar("_T")


class _QuietConfig(Config):
    """pymap's settings without its look-up of the machine's own name, which can take seconds where no DNS answers."""

    @property
    def greeting(self) -> bytes:
        return b"mailbot demo IMAP ready"


class _Recorder:
    """What the SMTP server took, in order; refuses relaying for anybody but the owner of the account."""

    def __init__(self, user: str) -> None:
        self._user = user
        self._lock = threading.Lock()
        self._letters: list[bytes] = []

    @property
    def letters(self) -> tuple[bytes, ...]:
        with self._lock:
            return tuple(self._letters)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        # 126.com refuses every sender but the account itself, the null path included (mail-facts 1.7).
        if address.lower() != self._user.lower():
            return "553 Mail from must equal authorized user"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 Mail OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content
        with self._lock:
            self._letters.append(content.encode() if isinstance(content, str) else content or b"")
            number = len(self._letters)
        return f"250 Mail OK queued as demo{number:05d}"


class Mailbox:
    """One account on two servers. Use as a context manager; ports are free ones, known once entered.

    `deliver` puts a mail into a folder with the arrival time (INTERNALDATE) you say; `letters` are the messages that were sent
    through SMTP, byte for byte as the server got them. Safe to call from any thread.
    """

    def __init__(self, user: str = "jlqmxx@126.com", password: str = "demo-password", folders: tuple[str, ...] = ("垃圾邮件",)) -> None:  # noqa: S107
        self.host = LOOPBACK
        self.user = user
        self.password = password
        self.imap_port = 0
        self.smtp_port = 0
        self._folders = folders
        self._recorder = _Recorder(user)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None
        self._failure: BaseException | None = None
        self._backend: DictBackend | None = None
        self._thread = threading.Thread(target=self._run, name="demo-mailbox", daemon=True)

    def __enter__(self) -> Self:
        for name in ("pymap", "aiosmtpd", "mail.log"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # the demo's screen belongs to mailbot
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            raise TimeoutError("演示用的邮箱没有在 20 秒内启动。")
        if self._failure is not None:
            raise RuntimeError("演示用的邮箱没有启动成功。") from self._failure
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._stop is not None and self._thread.is_alive():
            with suppress(RuntimeError):  # the loop ended by itself in the meantime
                self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(START_SECONDS)

    def deliver(self, raw: bytes, when: datetime, folder: str = "INBOX") -> None:
        """Put `raw` into `folder` (made if it is not there) as arrived at `when` (aware)."""
        self._await(self._append(raw, when, folder))

    def letters(self) -> tuple[bytes, ...]:
        """Every message the SMTP server accepted so far, in order."""
        return self._recorder.letters

    def _await(self, task: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(task, self._loop).result(START_SECONDS)

    async def _append(self, raw: bytes, when: datetime, folder: str) -> None:
        await (await self._folder(folder)).append(AppendMessage(raw, when))

    async def _folder(self, name: str) -> MailboxData:
        assert self._backend is not None, "Mailbox is used outside its with block"
        async with self._backend.login.demo_user_identity.new_session() as session:
            if name.upper() != "INBOX":
                with suppress(ValueError):  # there already
                    await session.mailbox_set.add_mailbox(name)
            return await session.mailbox_set.get_mailbox(name)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as failure:
            self._failure = failure
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        async with AsyncExitStack() as stack:
            self._stop = asyncio.Event()
            imap = await self._start_imap()
            smtp = await self._loop.create_server(self._smtp, LOOPBACK, 0)
            for server in (imap, smtp):
                stack.callback(server.close)
            self.imap_port, self.smtp_port = _port(imap), _port(smtp)
            for folder in self._folders:
                await self._folder(folder)
            self._ready.set()
            await self._stop.wait()
        await _end_others()

    async def _start_imap(self) -> AbstractServer:
        arguments = Namespace(passlib_cfg=None, proxy_protocol=None)
        config = _QuietConfig(
            arguments,
            host=LOOPBACK,
            port=0,
            demo_data=False,
            demo_user=self.user,
            demo_password=self.password,
            tls_enabled=False,
            reject_dnsbl=False,  # no name server is asked for a loopback client
            hash_context=BuiltinHash(rounds=1000),  # a password everybody knows needs no half second of hashing
        )
        config.apply_context()
        self._backend = await _backend(config)
        reader = ProxyProtocolReader(config.proxy_protocol)
        return await asyncio.start_server(reader.get_callback(IMAPServer(self._backend.login, config)), LOOPBACK, 0)

    def _smtp(self) -> SMTP:
        warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")  # loopback, a public password
        return SMTP(
            self._recorder,
            data_size_limit=MAIL_LIMIT,
            hostname="demo.mailbot",
            ident="mailbot demo SMTP",
            auth_required=True,
            auth_require_tls=False,
            authenticator=self._authenticate,
            loop=self._loop,
        )

    def _authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: object) -> AuthResult:
        if not isinstance(given, LoginPassword):
            return AuthResult(success=False, handled=False)
        right = (given.login, given.password) == (self.user.encode(), self.password.encode())
        return AuthResult(success=right, handled=False)


async def _backend(config: Config) -> DictBackend:
    """pymap's in-memory backend with our one account (its own `init` reads command-line arguments instead)."""
    login = Login(config)
    hashed = await Passwords(config).hash_password(config.demo_password)
    await login.demo_user_identity.set(UserMetadata(config, config.demo_user, password=hashed))
    return DictBackend(login, config)


def _port(server: AbstractServer) -> int:
    port = server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
    return int(port)


async def _end_others() -> None:
    """Ends the connections that clients left open, so that no task outlives the loop."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
