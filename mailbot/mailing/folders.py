"""Which folders of the account are read: INBOX and every place where the provider's filters may have put a unit's mail."""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.mailing.seen import Folder

_JUNK_FLAGS = frozenset({"\\junk", "\\spam"})
_NEVER_FLAGS = frozenset(
    {"\\noselect", "\\nonexistent", "\\sent", "\\drafts", "\\trash", "\\archive", "\\all", "\\allmail", "\\flagged", "\\starred"}
)
_SENT_NAMES = frozenset({"已发送", "已发送邮件", "已发邮件", "sent", "sent items", "sent messages", "sent mail"})
# NetEase's own names (mail-facts 1.4) and what other providers and clients call the same drawer.
_JUNK_NAMES = frozenset(
    {
        "垃圾邮件",
        "垃圾信件",
        "广告邮件",
        "病毒文件夹",
        "病毒邮件",
        "订阅邮件",
        "可疑邮件",
        "隔离邮件",
        "junk",
        "junk e-mail",
        "junk email",
        "junk mail",
        "spam",
        "bulk",
        "bulk mail",
    }
)


def chosen(all_folders: Sequence[Folder], wanted: Sequence[str] = (), skipped: Sequence[str] = ()) -> tuple[str, ...]:
    """Name the folders to read, INBOX first.

    With `wanted` (decoded names of config.yaml) exactly those beside INBOX that exist; without, the junk-like ones by SPECIAL-USE flag
    (RFC 6154) or by name. `skipped` is left out in either case, INBOX never.
    """
    if wanted:
        beside = [folder.name for folder in all_folders if folder.name in wanted]
    else:
        beside = [folder.name for folder in all_folders if _is_junk(folder)]
    inbox = next((folder.name for folder in all_folders if is_inbox(folder.name)), "INBOX")
    return (inbox, *(name for name in dict.fromkeys(beside) if not is_inbox(name) and name not in skipped))


def sent(all_folders: Sequence[Folder]) -> str | None:
    """Name the folder where the account's own mail is kept, by SPECIAL-USE flag (RFC 6154) or by name; None where there is none."""
    flagged = [folder.name for folder in all_folders if "\\sent" in folder.flags]
    named = [folder.name for folder in all_folders if _last(folder) in _SENT_NAMES]
    return next(iter((*flagged, *named)), None)


def absent(all_folders: Sequence[Folder], wanted: Sequence[str]) -> tuple[str, ...]:
    """Name the folders that config.yaml asks for and the server does not have (renamed, or misspelt)."""
    there = {folder.name for folder in all_folders}
    return tuple(name for name in wanted if name not in there and not is_inbox(name))


def is_inbox(name: str) -> bool:
    """INBOX is the one name that knows no case (RFC 3501 section 5.1)."""
    return name.upper() == "INBOX"


def _is_junk(folder: Folder) -> bool:
    if folder.flags & _NEVER_FLAGS:
        return False
    return bool(folder.flags & _JUNK_FLAGS) or _last(folder) in _JUNK_NAMES


def _last(folder: Folder) -> str:
    """The name without the levels above it, in lower case."""
    last = folder.name.rpartition(folder.delimiter)[2] if folder.delimiter else folder.name
    return last.strip().lower()
