"""Mails for a collection that has nothing to do with the shipped one: 报名表 and 获奖证书 from twelve schools."""

from __future__ import annotations

import io
import random
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from docx import Document
from PIL import Image, ImageDraw


def mails() -> list[bytes]:
    """A complete school, one that lacks the certificate, and a thank-you note."""
    return [
        _mail(
            "滨江一中",
            "yizhong.bj-edu.cn",
            "滨江市第一中学报名材料",
            "现将我校报名表和获奖证书报上，请查收。\n滨江市第一中学",
            [_form("滨江市第一中学"), _certificate()],
        ),
        _mail(
            "滨江二中", "erzhong.bj-edu.cn", "滨江市第二中学报名表", "老师您好，报名表见附件。\n滨江市第二中学", [_form("滨江市第二中学")]
        ),
    ]


def _mail(name: str, domain: str, subject: str, text: str, files: list[tuple[str, bytes]]) -> bytes:
    message = EmailMessage()
    message["From"] = f"{name} <office@{domain}>"
    message["To"] = "collect@example.cn"
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.fromisoformat("2026-03-02T09:00:00+08:00"))
    message["Message-ID"] = f"<20260302.{len(subject)}@{domain}>"
    message.set_content(text)
    for file_name, content in files:
        kind, _, sub = ("image", "/", "jpeg") if file_name.endswith(".jpg") else ("application", "/", "octet-stream")
        message.add_attachment(content, maintype=kind, subtype=sub, filename=file_name)
    return message.as_bytes()


def _form(school: str) -> tuple[str, bytes]:
    document = Document()
    document.add_heading(f"{school}学生技能竞赛报名表", 0)
    table = document.add_table(rows=0, cols=2)
    rows = [
        ("学校", school),
        ("参赛项目", "机器人创意设计"),
        ("参赛学生", "〔姓名〕等六人"),
        ("指导教师", "〔姓名〕"),
        ("学校意见", "同意报名。"),
    ]
    for left, right in rows:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = left, right
    stream = io.BytesIO()
    document.save(stream)
    return f"{school}技能竞赛报名表.docx", stream.getvalue()


def _certificate() -> tuple[str, bytes]:
    draw = random.Random(7)
    picture = Image.new("RGB", (1240, 877), "#fbf6e6")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((30, 30, 1210, 847), outline="#b8860b", width=14)
    for line in range(8):
        for step in range(40):
            left = 180 + step * 22
            pen.rectangle((left, 240 + line * 60, left + draw.randint(6, 16), 262 + line * 60), fill="#222222")
    pen.ellipse((900, 620, 1090, 810), outline="#c00000", width=10)
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=88)
    return "获奖证书.jpg", stream.getvalue()
