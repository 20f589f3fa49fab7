"""Hands letters over by SMTP, one recipient each, and says of every attempt exactly how far it came."""

from __future__ import annotations

import contextlib
import logging
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from mailbot.config import Answering, Security, Server
from mailbot.errors import TryLater
from mailbot.failpoints import failpoint
from mailbot.mailing.line import GRACE_SECONDS, Line
from mailbot.mailing.reach import cannot_connect
from mailbot.mailing.replies import AUTH_HINT, MINUTE, Meaning, Outcome, Stage, meaning
from mailbot.mailing.servertext import server_text

__all__ = ["Outcome", "Post", "Posted"]

logger = logging.getLogger(__name__)

DOT_GRACE_SECONDS = 5.0
"""How long after a stop the server may still answer the final dot: without its answer the letter is uncertain."""


@dataclass(frozen=True, slots=True)
class Posted:
    """How one attempt ended.

    `code` and `reply` are the server's own (0 and "" if it said nothing), `sentence` is Chinese, `wait_seconds` how long to wait before
    the next attempt. `everyone`: the answer concerns the account and not this letter, so every other letter waits too.
    """

    outcome: Outcome
    code: int
    reply: str
    sentence: str
    wait_seconds: float = 0.0
    everyone: bool = False


class _AnsweredError(Exception):
    """The server refused a command; carries what that means."""

    def __init__(self, posted: Posted, *, reconnect: bool = False) -> None:
        super().__init__(posted.sentence)
        self.posted = posted
        self.reconnect = reconnect


class _Smtp(smtplib.SMTP):
    """smtplib's client over a line that ends with the stop; plain or TLS is the line's affair."""

    def __init__(self, server: Server, stop: Callable[[], bool]) -> None:
        self.line: Line | None = None
        self._server, self._stop = server, stop
        # An address literal as RFC 5321 section 4.1.3 has it for a host without a name: getfqdn() would ask the DNS and tell our name.
        super().__init__(server.host, server.port, "[127.0.0.1]", timeout=server.connect_timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002  # smtplib's signature
        self.line = Line(self._server, self._stop)
        return self.line.socket

    def close(self) -> None:
        super().close()
        if self.line:
            self.line.close()


class Post:
    """A connection to the SMTP server, opened with the first letter and kept for the next ones; envelope sender = the account.

    `send` never raises for what a server or a line does: every end is a `Posted`. Once `stop` says so, it ends within seconds.
    """

    def __init__(self, config: Answering, stop: Callable[[], bool] = lambda: False) -> None:
        self._config = config
        self._stop = stop
        self._smtp: _Smtp | None = None

    def __enter__(self) -> Post:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Say QUIT; what the server answers changes nothing (a 421 here does not unsend a letter)."""
        if self._smtp:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                if self._smtp.sock:
                    self._smtp.sock.settimeout(3)
                self._smtp.quit()
        self._drop()

    def send(self, message: bytes, to: str) -> Posted:
        """Hand `message` (bytes of `letter.compose`) over for the one address `to`.

        Before the final dot every trouble is LATER (or what the server's answer means); after it, silence is UNCERTAIN.
        """
        if not to.isascii() or "@" not in to or any(character.isspace() or character in "<>" for character in to):
            return Posted(Outcome.REFUSED, 0, "", f"收件地址“{to}”不是能投递的邮箱地址，请核对")
        try:
            smtp = self._sound()
            self._begin(smtp, message, to)
            smtp.send(_dotted(message))
        except _AnsweredError as answered:
            self._leave(reconnect=answered.reconnect)
            return answered.posted
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            logger.info("sending broke off before the final dot: %s", type(error).__name__)
            sentence = f"与发信服务器 {self._config.server.host} 的连接断开，信没有发出，稍后自动重试"
            return Posted(Outcome.LATER, 0, "", sentence, MINUTE, everyone=True)
        return self._finish(smtp)

    def probe(self) -> tuple[str, ...]:
        """Connect and log in without sending, for `check --online`; Chinese findings. Errors: TryLater (login=True for credentials)."""
        try:
            smtp = self._sound()
        except _AnsweredError as answered:
            self._drop()
            raise TryLater(answered.posted.sentence, login=answered.posted.outcome is Outcome.STOP) from answered
        size = smtp.esmtp_features.get("size", "")
        largest = f"，单封上限 {int(size) / 1024 / 1024:.0f} MB" if size.isdigit() and int(size) else ""
        return (f"发信服务器 {self._config.server.host} 登录成功{largest}", f"发件人：{self._config.sender}")

    def _sound(self) -> _Smtp:
        """The kept connection if it still answers (servers close idle ones), else a new one, logged in."""
        if self._smtp:
            try:
                if self._smtp.noop()[0] == 250:
                    return self._smtp
            except (smtplib.SMTPException, OSError) as error:
                logger.debug("the kept connection is gone: %s", type(error).__name__)
            self._drop()
        self._smtp = smtp = self._connect()
        self._log_in(smtp)
        return smtp

    def _connect(self) -> _Smtp:
        server = self._config.server
        try:
            smtp = _Smtp(server, self._stop)
        except smtplib.SMTPResponseException as error:
            raise self._answered(Stage.LOGIN, error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise self._unreachable(error) from error
        try:
            if smtp.sock:
                smtp.sock.settimeout(server.read_timeout)
            if server.security is Security.STARTTLS:
                smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError) as error:
            smtp.close()
            raise self._unreachable(error) from error
        return smtp

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        """AUTH by one mechanism: smtplib's login() tries them all, and every wrong try brings the account nearer to a lock."""
        server = self._config.server
        offered = smtp.esmtp_features.get("auth", "").upper().split()
        smtp.user, smtp.password = server.user, server.password
        try:
            if "PLAIN" in offered:
                smtp.auth("PLAIN", smtp.auth_plain)
            elif "LOGIN" in offered:
                smtp.auth("LOGIN", smtp.auth_login)
            else:
                raise self._hopeless(f"发信服务器 {server.host} 在这个端口不提供登录，请检查端口和加密方式")
        except smtplib.SMTPResponseException as error:
            raise self._answered(Stage.LOGIN, error.smtp_code, error.smtp_error) from error
        except UnicodeError as error:
            raise self._hopeless(f"发信账号或授权码里有不能用的字符（只能是英文字母、数字和符号）。{AUTH_HINT}") from error

    def _hopeless(self, sentence: str) -> _AnsweredError:
        return _AnsweredError(Posted(Outcome.STOP, 0, "", sentence, everyone=True), reconnect=True)

    def _begin(self, smtp: smtplib.SMTP, message: bytes, to: str) -> None:
        """MAIL, RCPT and DATA up to the server's 354."""
        options = [f"size={len(message)}"] if smtp.has_extn("size") else []
        if not message.isascii() and smtp.has_extn("8bitmime"):
            options.append("body=8bitmime")
        self._expect(Stage.MAIL, smtp.mail(self._config.sender, options), 250)
        self._expect(Stage.RCPT, smtp.rcpt(to), 250, 251)
        failpoint("recipient")
        self._expect(Stage.DATA, smtp.docmd("DATA"), 354)

    def _finish(self, smtp: _Smtp) -> Posted:
        """The final dot and its answer; nothing that happens after the answer counts any more."""
        try:
            self._be_patient(smtp, self._config.data_timeout, DOT_GRACE_SECONDS)
            smtp.send(b".\r\n")
            failpoint("dot")
            code, reply = smtp.getreply()
            self._be_patient(smtp, self._config.server.read_timeout, GRACE_SECONDS)
        except (smtplib.SMTPException, OSError) as error:
            logger.warning("no answer after the final dot: %s", type(error).__name__)
            code, reply = -1, b""
        text = self._text(reply)
        if code == 250:
            failpoint("accepted")
            return Posted(Outcome.SENT, code, text, "已发出")
        if not 400 <= code < 600:
            self._drop()
            return Posted(Outcome.UNCERTAIN, max(code, 0), text, "信已交给服务器，但没有等到确认：可能已发出，也可能没有", 15 * MINUTE)
        answered = self._answered(Stage.DATA, code, reply)
        self._leave(reconnect=answered.reconnect)
        return answered.posted

    @staticmethod
    def _be_patient(smtp: _Smtp, seconds: float, after_stop: float) -> None:
        """From now on wait so long for an answer, and so long for it once it is time to stop."""
        if smtp.sock:
            smtp.sock.settimeout(seconds)
        if smtp.line:
            smtp.line.grace = after_stop

    def _expect(self, stage: Stage, answer: tuple[int, bytes], *wanted: int) -> None:
        code, reply = answer
        if code not in wanted:
            raise self._answered(stage, code, reply)

    def _answered(self, stage: Stage, code: int, reply: bytes | str) -> _AnsweredError:
        text = self._text(reply)
        found: Meaning = meaning(stage, code, text)
        sentence = f"{found.sentence}（服务器原话：{code} {text}）"
        posted = Posted(found.outcome, max(code, 0), text, sentence, found.wait_seconds, found.everyone)
        return _AnsweredError(posted, reconnect=found.reconnect or found.outcome is Outcome.STOP)

    def _unreachable(self, error: Exception) -> _AnsweredError:
        sentence = cannot_connect("发信", self._config.server, error)
        return _AnsweredError(Posted(Outcome.LATER, 0, "", sentence, MINUTE, everyone=True), reconnect=True)

    def _text(self, reply: bytes | str) -> str:
        server = self._config.server
        raw = reply if isinstance(reply, bytes) else reply.encode("utf-8", "surrogateescape")
        return server_text(raw, (server.password, f"\0{server.user}\0{server.password}"))

    def _leave(self, *, reconnect: bool) -> None:
        """Make the connection ready for the next letter, or give it up."""
        if reconnect:
            self.close()
        elif self._smtp:
            try:
                self._smtp.rset()
            except (smtplib.SMTPException, OSError):
                self._drop()

    def _drop(self) -> None:
        if self._smtp:
            self._smtp.close()
        self._smtp = None


def _dotted(message: bytes) -> bytes:
    """The message as DATA wants it (RFC 5321 section 4.5.2): lines of CRLF, a leading dot doubled, no final dot yet."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)
