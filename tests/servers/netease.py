"""A strict imitation of NetEase's IMAP server over a real socket, with faults to switch on; it records every command it hears.

What it imitates is in mail-facts 1.2 to 1.6: nothing but ID after LOGIN, no UIDNEXT, no UNSEEN, UIDVALIDITY 1, ten-digit UIDs,
no IDLE, searches by FROM or SUBJECT that find nothing, error text in GBK.
"""

from __future__ import annotations

import contextlib
import re
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from types import TracebackType
from typing import Any

from mailbot.config import Security, Server

CAPABILITIES = "IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS XAPPLEPUSHSERVICE UIDPLUS X-CM-EXT-1"
FIRST_UID = 1392600001
CHINA = timezone(timedelta(hours=8))
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
FLAGS = r"\Answered \Seen \Deleted \Draft \Flagged"

FOLDERS = {  # decoded name -> (name on the wire, flags, UIDVALIDITY)
    "INBOX": ("INBOX", "", 1),
    "草稿箱": ("&g0l6P3ux-", r"\Drafts", 2),
    "已发送": ("&XfJT0ZAB-", r"\Sent", 3),
    "已删除": ("&XfJSIJZk-", r"\Trash", 4),
    "垃圾邮件": ("&V4NXPpCuTvY-", r"\Junk", 5),
    "病毒文件夹": ("&dcVr0mWHTvZZOQ-", "", 6),
    "广告邮件": ("&Xn9USpCuTvY-", "", 7),
    "订阅邮件": ("&i6KWBZCuTvY-", "", 8),
}


@dataclass
class Mail:
    """One mail of the fake."""

    uid: int
    raw: bytes
    when: datetime
    flags: set[str] = field(default_factory=set)


@dataclass
class Faults:
    """What goes wrong, changed at any time by the test; each number counts bytes of the body literal."""

    drop_at: int | None = None  # close the line there
    stall_at: int | None = None  # say nothing more there, keep the line open
    ignore_partials: bool = False  # answer BODY.PEEK[]<o.n> with BODY[] and everything
    bare_key: bool = False  # honour the partial, but answer without its origin where that is 0
    short_partials: int | None = None  # never give more than this in one partial
    wrong_size: int = 0  # added to every RFC822.SIZE
    vanish: set[int] = field(default_factory=set)  # UIDs that go away between SEARCH and FETCH
    nil_bodies: set[int] = field(default_factory=set)  # UIDs whose body is NIL, as Dovecot says of expunged mail
    empty_bodies: set[int] = field(default_factory=set)  # UIDs whose body is {0}
    refuse_fetch: set[int] = field(default_factory=set)  # UIDs that make a FETCH answer NO
    refusal: str = "FETCH some messages could not be read"
    literal: int | None = None  # announce a literal of this length, whatever the mail is, and go on sending
    bye_on: str = ""  # say BYE and close when this command comes
    garbage_on: str = ""  # answer nonsense to this command
    slow: float = 0.0  # seconds before every answer
    unsafe: bool = False  # refuse EXAMINE even after ID
    lists_nothing: bool = False  # SEARCH finds nothing although EXISTS says otherwise
    login_refusal: bytes = "LOGIN Login error 帐号或密码错误".encode("gbk")


class NetEase:
    """`with NetEase() as server: server.deliver(raw); Inbox(config.Inbox(server.settings()))`."""

    def __init__(
        self, user: str = "jsjyktg@126.com", password: str = "SHOUQUANMA123456", certificate: tuple[str, str] | None = None
    ) -> None:
        """`certificate`: (certificate file, key file), TLS from the first byte as on port 993."""
        self.user, self.password = user, password
        self._secure = certificate is not None
        self.mails: dict[str, list[Mail]] = {name: [] for name in FOLDERS}
        self.commands: list[str] = []
        self.logins = 0
        self.faults = Faults()
        self.capabilities = CAPABILITIES
        self._next_uid = FIRST_UID
        self._stopped = threading.Event()
        self._server = _Listener(("127.0.0.1", 0), _Session)
        self._server.mailbox = self
        if certificate:
            self._server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._server.context.load_cert_chain(*certificate)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> NetEase:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def settings(self, **changes: object) -> Server:
        known: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "security": Security.TLS if self._secure else Security.PLAIN,
            "connect_timeout": 5.0,
            "read_timeout": 5.0,
        }
        return Server(**(known | changes))  # type: ignore[arg-type]

    def deliver(self, raw: bytes, when: datetime | None = None, folder: str = "INBOX") -> int:
        """Put a mail into a folder; gives its UID."""
        uid, self._next_uid = self._next_uid, self._next_uid + 37
        self.mails[folder].append(Mail(uid, raw, when or datetime.now(UTC)))
        return uid

    def expunge(self, uid: int) -> None:
        for mails in self.mails.values():
            mails[:] = [mail for mail in mails if mail.uid != uid]

    def state(self) -> dict[int, tuple[str, frozenset[str], bytes]]:
        """All that a client could change: folder, flags and bytes by UID."""
        return {mail.uid: (folder, frozenset(mail.flags), mail.raw) for folder, mails in self.mails.items() for mail in mails}

    def writes(self) -> list[str]:
        """The commands heard that change something on a server."""
        changing = re.compile(r"(UID )?(SELECT|STORE|COPY|MOVE|EXPUNGE|APPEND|CREATE|DELETE|RENAME|CLOSE|SUBSCRIBE|UNSUBSCRIBE)\b", re.I)
        unpeeked = re.compile(r"BODY\[|RFC822(\.TEXT)?[ )]|RFC822$")
        return [line for line in self.commands if changing.match(line) or (" FETCH " in f" {line}" and unpeeked.search(line))]


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    mailbox: NetEase
    context: ssl.SSLContext | None = None

    def get_request(self) -> tuple[Any, Any]:
        line, address = super().get_request()
        line.settimeout(30)
        # The handshake waits for the session's own thread, or one silent client would keep all others out.
        return (self.context.wrap_socket(line, server_side=True, do_handshake_on_connect=False) if self.context else line), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is nothing to print."""


class _HangUpError(Exception):
    pass


class _Session(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True  # an answer goes out in several small writes
    server: _Listener

    def setup(self) -> None:
        super().setup()
        self.box = self.server.mailbox
        self.logged_in = self.introduced = False
        self.open: str | None = None
        self.read_only = True

    def handle(self) -> None:
        self._say("* OK Coremail System IMap Server Ready(126com[1e8d3a])")
        with contextlib.suppress(_HangUpError, ConnectionError, OSError):
            while line := self.rfile.readline():
                self._answer(self._with_literals(line))

    def _with_literals(self, line: bytes) -> str:
        while match := re.search(rb"\{(\d+)(\+?)\}\r?\n$", line):
            if not match.group(2):
                self._say("+ ready")
            text = self.rfile.read(int(match.group(1)))
            line = line[: match.start()] + b'"' + text + b'"' + self.rfile.readline()
        return line.decode("utf-8", "surrogateescape").rstrip("\r\n")

    def _answer(self, line: str) -> None:
        tag, _, command = line.partition(" ")
        verb, _, rest = command.partition(" ")
        verb = verb.upper()
        if verb == "UID":
            second, _, rest = rest.partition(" ")
            verb = f"UID {second.upper()}"
        self.box.commands.append(re.sub(r"(LOGIN \S+) .*", r"\1 ***", command))
        faults = self.box.faults
        if faults.slow:
            self.box._stopped.wait(faults.slow)
        if faults.bye_on and verb == faults.bye_on:
            self._say("* BYE IMap server is shutting down")
            raise _HangUpError
        if faults.garbage_on and verb == faults.garbage_on:
            self._raw(b"\x00\xff*** <html>502 Bad Gateway</html>\r\n")
            return
        needs_login = verb not in ("CAPABILITY", "NOOP", "LOGOUT", "LOGIN", "ID", "STARTTLS", "AUTHENTICATE")
        if needs_login and not self.logged_in:
            self._say(f"{tag} BAD command not allowed before login")
            return
        if verb in ("SELECT", "EXAMINE", "STATUS") and (not self.introduced or faults.unsafe):
            self._say(f"{tag} NO {verb} Unsafe Login. Please contact kefu@188.com for help")
            return
        if verb in ("SEARCH", "UID SEARCH", "FETCH", "UID FETCH", "STORE", "UID STORE") and self.open is None:
            self._say(f"{tag} BAD no folder is open")
            return
        method = getattr(self, "do_" + verb.lower().replace(" ", "_"), None)
        if method is None:
            self._say(f"{tag} BAD {verb} command not supported")
        else:
            method(tag, rest)

    def do_capability(self, tag: str, rest: str) -> None:
        self._say(f"* CAPABILITY {self.box.capabilities}", f"{tag} OK CAPABILITY completed")

    def do_noop(self, tag: str, rest: str) -> None:
        self._say(f"{tag} OK NOOP completed")

    def do_logout(self, tag: str, rest: str) -> None:
        self._say("* BYE IMAP4rev1 Server logging out", f"{tag} OK LOGOUT completed")
        raise _HangUpError

    def do_login(self, tag: str, rest: str) -> None:
        self.box.logins += 1
        user, password = _words(rest)
        if (user, password) == (self.box.user, self.box.password):
            self.logged_in = True
            self._say(f"{tag} OK LOGIN completed")
        else:
            self._raw(tag.encode() + b" NO " + self.box.faults.login_refusal + b"\r\n")

    def do_id(self, tag: str, rest: str) -> None:
        if not (rest.upper() == "NIL" or re.fullmatch(r'\(("[^"]*" ("[^"]*"|NIL) ?)+\)', rest)):
            self._say(f"{tag} BAD invalid ID")
            return
        self.introduced = True
        self._say('* ID ("name" "Coremail Imap" "vendor" "Mailtech" "TransID" "fa3a1b")', f"{tag} OK ID completed")

    def do_list(self, tag: str, rest: str) -> None:
        for wire, flags, _ in FOLDERS.values():
            self._say(f'* LIST ({flags}) "/" "{wire}"')
        self._say(f"{tag} OK LIST Completed")

    def do_status(self, tag: str, rest: str) -> None:
        self._say('* STATUS "INBOX" ()', f"{tag} OK STATUS completed")

    def do_select(self, tag: str, rest: str) -> None:
        self._select(tag, rest, read_only=False)

    def do_examine(self, tag: str, rest: str) -> None:
        self._select(tag, rest, read_only=True)

    def _select(self, tag: str, rest: str, *, read_only: bool) -> None:
        wire = _words(rest)[0]
        name = next((name for name, (known, _, _) in FOLDERS.items() if known.upper() == wire.upper()), None)
        self.open, self.read_only = name, read_only
        if name is None:
            self._say(f"{tag} NO folder not exist")
            return
        mails = self.box.mails[name]
        mode = "READ-ONLY" if read_only else "READ-WRITE"
        self._say(
            f"* {len(mails)} EXISTS",
            "* 0 RECENT",
            f"* OK [UIDVALIDITY {FOLDERS[name][2]}] UIDs valid",
            f"* FLAGS ({FLAGS})",
            f"* OK [PERMANENTFLAGS ({'' if read_only else FLAGS})] Limited",
            f"{tag} OK [{mode}] {'EXAMINE' if read_only else 'SELECT'} completed",
        )

    def do_uid_search(self, tag: str, rest: str) -> None:
        found = self._search(rest)
        if found is None:
            self._say(f"{tag} BAD search criteria error")
            return
        numbers = " ".join(str(mail.uid) for mail in found)
        self._raw(f"* SEARCH{' ' if numbers else ''}{numbers}\r\n".encode())
        self._say(f"{tag} OK SEARCH completed")

    def _search(self, rest: str) -> list[Mail] | None:
        mails = self._mails
        if self.box.faults.lists_nothing:
            return []
        words = _words(re.sub(r"^CHARSET \S+ ", "", rest, flags=re.I))
        match words[0].upper(), *words[1:]:
            case ["ALL"]:
                return list(mails)
            case ["UNSEEN" | "NEW"]:
                return [mail for mail in mails if r"\Seen" not in mail.flags]
            case ["SINCE", day]:
                return [mail for mail in mails if mail.when.astimezone(CHINA).date() >= _date(day)]
            case ["BEFORE", day]:
                return [mail for mail in mails if mail.when.astimezone(CHINA).date() < _date(day)]
            case ["UID", numbers]:
                wanted = _numbers(numbers, [mail.uid for mail in mails])
                return [mail for mail in mails if mail.uid in wanted]
            case ["FROM" | "TO" | "SUBJECT" | "BODY" | "TEXT", _]:
                return []
        return None

    def do_uid_fetch(self, tag: str, rest: str) -> None:
        self._fetch(tag, rest, by_uid=True)

    def do_fetch(self, tag: str, rest: str) -> None:
        self._fetch(tag, rest, by_uid=False)

    def _fetch(self, tag: str, rest: str, *, by_uid: bool) -> None:
        numbers, _, items = rest.partition(" ")
        if not (items.startswith("(") and items.endswith(")")):
            self._say(f"{tag} BAD FETCH parameters must be in parentheses")
            return
        faults = self.box.faults
        for uid in faults.vanish:
            self.box.expunge(uid)
        mails = self._mails
        wanted = _numbers(numbers, [mail.uid for mail in mails] if by_uid else range(1, len(mails) + 1))
        chosen = [(place, mail) for place, mail in enumerate(mails, 1) if (mail.uid if by_uid else place) in wanted]
        if any(mail.uid in faults.refuse_fetch for _, mail in chosen):
            self._say(f"{tag} NO {faults.refusal}")
            return
        for place, mail in chosen:
            self._one(place, mail, items[1:-1].split(), by_uid)
        self._say(f"{tag} OK FETCH completed")

    def _one(self, place: int, mail: Mail, items: list[str], by_uid: bool) -> None:
        parts: list[str] = []
        body: tuple[str, bytes | None] | None = None
        if by_uid or "UID" in items:
            parts.append(f"UID {mail.uid}")
        for item in items:
            if item == "RFC822.SIZE":
                parts.append(f"RFC822.SIZE {len(mail.raw) + self.box.faults.wrong_size}")
            elif item == "INTERNALDATE":
                when = mail.when.astimezone(CHINA)
                parts.append(f'INTERNALDATE "{when:%d}-{MONTHS[when.month - 1]}-{when:%Y %H:%M:%S %z}"')
            elif item == "FLAGS":
                parts.append(f"FLAGS ({' '.join(sorted(mail.flags))})")
            elif item.startswith(("BODY[]", "BODY.PEEK[]")):
                body = self._body(mail, item)
        head = f"* {place} FETCH ({' '.join(parts)}"
        if body is None:
            self._say(head + ")")
            return
        key, text = body
        if text is None:
            self._say(f"{head} {key} NIL)")
            return
        self._raw(f"{head} {key} {{{self.box.faults.literal or len(text)}}}\r\n".encode())
        self._literal(text)
        self._say(")")

    def _body(self, mail: Mail, item: str) -> tuple[str, bytes | None]:
        faults = self.box.faults
        if not self.read_only and not item.startswith("BODY.PEEK"):
            mail.flags.add(r"\Seen")
        if mail.uid in faults.nil_bodies:
            return "BODY[]", None
        if mail.uid in faults.empty_bodies:
            return "BODY[]", b""
        partial = re.search(r"<(\d+)\.(\d+)>", item)
        if partial is None or faults.ignore_partials:
            return "BODY[]", mail.raw
        origin, length = int(partial.group(1)), int(partial.group(2))
        length = min(length, faults.short_partials or length)
        key = "BODY[]" if faults.bare_key and origin == 0 else f"BODY[]<{origin}>"
        return key, mail.raw[origin : origin + length]

    def _literal(self, text: bytes) -> None:
        faults = self.box.faults
        if faults.literal:
            filler = b"x" * 65536
            for _ in range(faults.literal // len(filler) + 1):
                if self.box._stopped.is_set():
                    raise _HangUpError
                self._raw(filler)
            return
        if faults.drop_at is not None and len(text) > faults.drop_at:
            self._raw(text[: faults.drop_at])
            raise _HangUpError
        if faults.stall_at is not None and len(text) > faults.stall_at:
            self._raw(text[: faults.stall_at])
            self.box._stopped.wait(30)
            raise _HangUpError
        self._raw(text)

    @property
    def _mails(self) -> list[Mail]:
        return self.box.mails[self.open or "INBOX"]

    def _say(self, *lines: str) -> None:
        self._raw("".join(f"{line}\r\n" for line in lines).encode())

    def _raw(self, octets: bytes) -> None:
        self.wfile.write(octets)


def _words(text: str) -> list[str]:
    """Split arguments at spaces, quoted ones kept whole."""
    found = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', text)
    return [bare or re.sub(r"\\(.)", r"\1", quoted) for quoted, bare in found]


def _numbers(text: str, known: object) -> set[int]:
    """A sequence set over the known numbers; `*` is the highest, and `n:*` always names it (RFC 3501 section 9)."""
    there = sorted(known)  # type: ignore[call-overload]
    highest = there[-1] if there else 0
    wanted: set[int] = set()
    for part in text.split(","):
        ends = [highest if end == "*" else int(end) for end in part.split(":")]
        low, high = min(ends), max(ends)
        wanted.update(number for number in there if low <= number <= high)
    return wanted


def _date(day: str) -> date:
    number, month, year = day.split("-")
    return datetime(int(year), MONTHS.index(month) + 1, int(number), tzinfo=UTC).date()
