"""The mailbox of `mailbot demo` (pymap and aiosmtpd in this process) with the same face as the other test servers."""

from __future__ import annotations

import imaplib
from datetime import UTC, datetime

from mailbot.config import Security, Server
from mailbot.demo.mailbox import Mailbox


class Embedded(Mailbox):
    """`with Embedded() as server: server.deliver(raw)`; quick, but ~45 ms a command and loose manners (libraries section 15)."""

    def settings(self, **changes: object) -> Server:
        known: dict[str, object] = {
            "host": self.host,
            "port": self.imap_port,
            "user": self.user,
            "password": self.password,
            "security": Security.PLAIN,
            "connect_timeout": 5.0,
            "read_timeout": 10.0,
        }
        return Server(**(known | changes))  # type: ignore[arg-type]

    def deliver(self, raw: bytes, when: datetime | None = None, folder: str = "INBOX") -> None:
        """Put a mail into a folder."""
        super().deliver(raw, when or datetime.now(UTC), folder)

    def expunge(self, uid: int) -> None:
        """Take a mail away, as a second client does."""
        client = self._second_session("INBOX", readonly=False)
        client.uid("STORE", str(uid), "+FLAGS", r"(\Deleted)")
        client.expunge()
        client.logout()

    def state(self, folder: str = "INBOX") -> list[bytes]:
        """UID, flags, time and size of every mail, as a second session sees them."""
        client = self._second_session(folder, readonly=True)
        _, lines = client.fetch("1:*", "(UID FLAGS INTERNALDATE RFC822.SIZE)")
        client.logout()
        return [line for line in lines if isinstance(line, bytes)]

    def _second_session(self, folder: str, *, readonly: bool) -> imaplib.IMAP4:
        client = imaplib.IMAP4(self.host, self.imap_port, 10)
        client.login(self.user, self.password)
        client.select(folder, readonly=readonly)
        return client
