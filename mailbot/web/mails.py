"""邮件: the list of all mails, and one mail as it was read with its parts, its evidence and its raw bytes."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from mailbot.desk import maillist, mailpage
from mailbot.desk.maillist import WantedMails
from mailbot.model import MailState
from mailbot.web.asked import Asked
from mailbot.web.looking import attachment

_PER_PAGE = 50


def listed(asked: Asked) -> Response:
    """The newest mails first."""
    state = asked.query("state")
    wanted = WantedMails(
        state=MailState(state) if state in set(MailState) else None,
        needs_person=asked.query("waiting") == "1",
        text=asked.query("text").strip(),
        page=asked.count("page", 1),
        per_page=_PER_PAGE,
    )
    query = {"state": wanted.state.value if wanted.state else "", "waiting": "1" if wanted.needs_person else "", "text": wanted.text}
    found = maillist.mails_page(asked.desk, wanted)
    values: dict[str, Any] = {"mails": found, "wanted": wanted, "query": query, "pages": -(-found.found // _PER_PAGE)}
    return asked.piece("_mails.html", **values) if asked.fragment else asked.page("mails.html", **values)


def show(asked: Asked) -> Response:
    """One mail."""
    page = mailpage.mail_page(asked.desk, asked.path_number())
    if page is None:
        raise HTTPException(404, "没有这一号邮件。")
    return asked.page("mail.html", page=page)


def text(asked: Asked) -> Response:
    """The piece of a page that shows what a mail says."""
    page = mailpage.mail_page(asked.desk, asked.path_number())
    if page is None:
        raise HTTPException(404, "没有这一号邮件。")
    return asked.piece("_mailtext.html", page=page)


def raw(asked: Asked) -> Response:
    """The mail as it came, to be opened in a mail program."""
    return attachment(mailpage.raw_mail(asked.desk, asked.path_number()))
