"""One IMAP connection as NetEase needs it, the only module that knows imapclient: timeouts, ID, EXAMINE, errors in Chinese."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from imapclient import IMAPClient, SocketTimeout

from mailbot import __version__
from mailbot.config import Security, Server
from mailbot.errors import TryLater
from mailbot.failpoints import failpoint
from mailbot.mailing.line import Line
from mailbot.mailing.reach import cannot_connect
from mailbot.mailing.seen import Folder, Opened, Quota
from mailbot.mailing.servertext import server_text
from mailbot.mailing.wire import SinkError, StoppedError, Streamed, TooLongError, Wire

logger = logging.getLogger(__name__)
# At DEBUG imapclient logs whole message bodies (mail-facts 6.1); a mail's text never belongs in our log.
logging.getLogger("imapclient").setLevel(logging.WARNING)

LOGIN_HINT = "请到网页邮箱“设置—POP3/SMTP/IMAP”确认服务已开启，并重新生成授权码填入配置（要用授权码，不是登录密码）"
UNSAFE_HINT = "服务器认为这次登录不安全（Unsafe Login）：请在网页邮箱里确认 IMAP 服务已开启、重新生成授权码，仍不行请联系邮箱客服"

_REFUSAL = re.compile(rb"^\S+ (?:NO|BAD)\b\s*", re.IGNORECASE)


class Refused(TryLater):
    """The server answered NO or BAD; the connection is still good."""


class Broken(TryLater):
    """The connection is of no more use: dropped, stalled, or the server spoke nonsense."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one FETCH brought of a body: RFC822.SIZE if told, where the bytes begin in the mail, how many came."""

    size: int | None
    origin: int
    length: int


class _Protocol(imaplib.IMAP4):
    """imaplib over a connection that stands already."""

    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__()

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002  # imaplib's signature
        return self._line.socket


class _Client(IMAPClient):  # type: ignore[misc]  # the package has no types
    """imapclient over a line that ends with the stop."""

    def __init__(self, server: Server, line: Line) -> None:
        self._line = line
        timeout = SocketTimeout(server.connect_timeout, server.read_timeout)
        super().__init__(server.host, server.port, ssl=server.security is Security.TLS, timeout=timeout)

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802  # imapclient's name
        return _Protocol(self._line)


class Connection:
    """A logged-in connection. Nothing it sends changes anything on the server: EXAMINE and BODY.PEEK only."""

    def __init__(self, server: Server, stop: Callable[[], bool] = lambda: False) -> None:
        self._server = server
        try:
            self._line = Line(server, stop)
        except Exception as error:  # also that the host name is no name at all
            raise Broken(cannot_connect("收信", server, error)) from error
        try:
            self._client = self._connect(stop)
        except BaseException:
            self._line.close()
            raise
        self.identity = ""
        try:
            self._log_in()
            self._introduce()
            failpoint("connected")
        except BaseException:
            self.drop()
            raise

    def _connect(self, stop: Callable[[], bool]) -> IMAPClient:
        server = self._server
        try:
            client = _Client(server, self._line)
            # imapclient sends a SEARCH in several small pieces, and the kernel would hold the later ones back for 40 ms each time.
            client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except Exception as error:  # whatever a stranger on that port may make imaplib raise
            raise Broken(cannot_connect("收信", server, error)) from error
        # imapclient sets 5, and imaplib then formats every body twice for a log nobody reads (mail-facts 6.1).
        client._imap.debug = 0
        client.normalise_times = False
        self._wire = Wire(client._imap, stop)
        if server.security is Security.STARTTLS:
            try:
                client.starttls()
            except Exception as error:
                client.shutdown()
                raise Broken(cannot_connect("收信", server, error)) from error
        return client

    def _log_in(self) -> None:
        try:
            self._client.login(self._server.user, self._server.password)
        except UnicodeError as error:
            raise TryLater(f"收信账号或授权码里有不能用的字符（只能是英文字母、数字和符号）。{LOGIN_HINT}", login=True) from error
        except Exception as error:
            # imapclient makes a LoginError of a dropped line too; only a tagged answer means that the credentials were refused.
            if isinstance(error, OSError) or isinstance(error.__context__, imaplib.IMAP4.abort):
                raise Broken(f"登录收信服务器 {self._server.host} 时连接断开，稍后自动重试") from error
            raise TryLater(f"收信账号 {self._server.user} 登录被拒绝：{self._said()}。{LOGIN_HINT}", login=True) from error

    def _introduce(self) -> None:
        """Send ID (RFC 2971) before any EXAMINE, or NetEase answers `Unsafe Login` (mail-facts 1.2)."""
        with self._asking("自我介绍（ID）"):
            if not self._client.has_capability("ID"):
                return
            ours = {"name": "mailbot", "version": __version__, "vendor": "mailbot", "support-email": self._server.user}
            try:
                theirs = self._client.id_(ours)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                logger.info("the server offers ID but refused ours: %s", self._said())
                return
        pairs = theirs[0] if theirs and isinstance(theirs[0], tuple) else ()
        self.identity = " ".join(server_text(word) for word in pairs[1::2] if isinstance(word, bytes))

    @property
    def capabilities(self) -> tuple[str, ...]:
        """The capability names, in the server's order."""
        with self._asking("CAPABILITY"):
            return tuple(server_text(word) for word in self._client.capabilities())

    def folders(self) -> tuple[Folder, ...]:
        """List every folder; names decoded from modified UTF-7."""
        with self._asking("列出文件夹"):
            listed = self._client.list_folders()
            return tuple(
                Folder(str(name), frozenset(server_text(flag).lower() for flag in flags), server_text(delimiter or b""))
                for flags, delimiter, name in listed
            )

    def examine(self, folder: str) -> Opened:
        """Open a folder read-only. NetEase sends no UIDNEXT and no UNSEEN, and nothing here needs them."""
        with self._asking(f"打开文件夹“{folder}”"):
            answer: Mapping[bytes, Any] = self._client.select_folder(folder, readonly=True)
            return Opened(folder, answer.get(b"EXISTS"), int(answer.get(b"UIDVALIDITY") or 0))

    def quota(self) -> Quota | None:
        """The fullest storage quota over INBOX (RFC 2087, in units of 1024 bytes); None where the server has none, as NetEase."""
        with self._asking("询问邮箱用量"):
            if not self._client.has_capability("QUOTA"):
                return None
            _, quotas = self._client.get_quota_root("INBOX")
        storage = [one for one in quotas if str(one.resource).upper() == "STORAGE" and one.limit]
        fullest = max(storage, key=lambda one: one.usage / one.limit, default=None)
        return Quota(fullest.usage * 1024, fullest.limit * 1024) if fullest else None

    def search(self, *criteria: str) -> list[int]:
        """UID SEARCH in the open folder."""
        with self._asking("列出邮件"):
            return [int(uid) for uid in self._client.search(list(criteria))]

    def uids_at(self, positions: Sequence[int]) -> list[int]:
        """Name the UIDs of the mails at these sequence numbers, ascending; those that are gone are left out."""
        with self._asking("列出邮件"):
            self._client.use_uid = False
            try:
                answer = self._client.fetch(list(positions), ["UID"])
            finally:
                self._client.use_uid = True
            return sorted(int(facts[b"UID"]) for facts in answer.values() if facts.get(b"UID"))

    def fetch(self, uids: Sequence[int], items: Sequence[str]) -> Mapping[int, Mapping[bytes, Any]]:
        """UID FETCH of explicit UIDs; vanished ones are simply not in the answer."""
        with self._asking("读取邮件"):
            answer: Mapping[int, Mapping[bytes, Any]] = self._client.fetch(list(uids), list(items))
            return answer

    def body(self, uid: int, sink: BinaryIO, base: int, begin: int, limit: int) -> Piece | None:
        """Fetch the body from byte `begin` on into `sink` (byte 0 of the mail lies at position `base` there).

        At most `limit` bytes of the mail are kept. A server that ignores the partial and sends all of it again is understood: every
        byte goes where it belongs. None where nothing came (vanished, NIL, empty). Errors: TooLongError, Refused, Broken.
        """
        with self._wire.into(sink, base, limit), self._asking("读取邮件"):
            facts = self._client.fetch([uid], ["RFC822.SIZE", f"BODY.PEEK[]<{begin}.{limit - begin}>"]).get(uid, {})
        size = facts.get(b"RFC822.SIZE")
        for key, text in facts.items():
            if key.startswith(b"BODY[]") and text:
                return Piece(size, *_put(key, text, sink, base, limit))
        return Piece(size, begin, 0) if size is not None else None

    def noop(self) -> None:
        """Ask for nothing, to see whether the line is alive and to hear what has been expunged."""
        with self._asking("NOOP"):
            self._client.noop()

    def idle(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """Wait in IDLE (RFC 2177) for at most `seconds`; True as soon as the server tells of a new mail."""
        with self._asking("等待新邮件（IDLE）"):
            self._client.idle()
            news, empty, end = False, 0, time.monotonic() + seconds
            while not news and not stop() and (left := end - time.monotonic()) > 0:
                began = time.monotonic()
                lines = self._client.idle_check(timeout=min(left, 0.5))
                news = any(_is_news(line) for line in lines)
                # At the end of the stream imapclient answers [] at once, again and again; TLS may do so a few times in good health.
                empty = empty + 1 if not lines and time.monotonic() - began < 0.01 else 0
                if empty > 20:
                    raise ConnectionError("the server closed while idling")
            _, rest = self._client.idle_done()
            return news or any(_is_news(line) for line in rest)

    def close(self) -> None:
        """Log out politely, without waiting long for the answer."""
        with contextlib.suppress(Exception):
            self._client.socket().settimeout(3)
            self._client.logout()
        self.drop()

    def drop(self) -> None:
        """Close the socket at once."""
        with contextlib.suppress(Exception):
            self._client.shutdown()
        self._line.close()

    @contextlib.contextmanager
    def _asking(self, doing: str) -> Iterator[None]:
        """Turn whatever imapclient raises into a sentence: Refused where the server said NO or BAD, else Broken."""
        try:
            yield
        except (TryLater, TooLongError):
            raise
        except SinkError as failure:
            raise failure.error from failure  # our disk, not their line
        except StoppedError as error:
            raise Broken("正在停止，没有取完的邮件下次再取") from error
        except TimeoutError as error:
            seconds = self._server.read_timeout
            raise Broken(f"收信服务器 {self._server.host} 超过 {seconds:.0f} 秒没有回应（{doing}），稍后自动重试") from error
        except Exception as error:  # OSError, imaplib's own, and whatever garbage makes the parsers raise
            raise self._refusal(doing, error) from error

    def _refusal(self, doing: str, error: Exception) -> TryLater:
        if b"unsafe login" in self._wire.last_line.lower():
            return TryLater(f"{UNSAFE_HINT}。服务器原话：{self._said()}", login=True)
        dropped = isinstance(error, OSError | imaplib.IMAP4.abort)
        if not dropped and isinstance(error, imaplib.IMAP4.error) and _REFUSAL.match(self._wire.last_line):
            # RFC 5530: with these two the session itself is out of order, and Dovecot repeats them until a new one is opened.
            kind = Broken if re.search(rb"\[(SERVERBUG|UNAVAILABLE)\]", self._wire.last_line) else Refused
            return kind(f"收信服务器 {self._server.host} 拒绝了“{doing}”：{self._said()}")
        if dropped:
            return Broken(f"与收信服务器 {self._server.host} 的连接断开（{doing}），稍后自动重试")
        return Broken(f"收信服务器 {self._server.host} 的回答无法理解（{doing}），稍后自动重试")

    def _said(self) -> str:
        """The server's last words, without tag and status. imapclient drops every byte that is not ASCII, so they come from the wire."""
        return server_text(_REFUSAL.sub(b"", self._wire.last_line), (self._server.password,))


def _put(key: bytes, text: bytes, sink: BinaryIO, base: int, limit: int) -> tuple[int, int]:
    """Write a body that came as bytes (a quoted string, or a literal that did not pass the wire); give origin and length kept."""
    if isinstance(text, Streamed):
        return text.origin, text.announced
    number = key[len(b"BODY[]<") : -1]
    origin = int(number) if number.isdigit() else 0
    kept = bytes(text)[: max(0, limit - origin)]
    sink.seek(base + origin)
    sink.write(kept)
    return origin, len(kept)


def _is_news(line: object) -> bool:
    return isinstance(line, tuple) and len(line) >= 2 and line[1] in (b"EXISTS", b"RECENT")
