"""The road with the real sandbox at its end: a mail of documents, pictures, an archive and a mail in it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
from PIL import Image

from mailbot.config import Limits
from mailbot.model import FileKind
from mailbot.parsing.gather import gather
from mailbot.parsing.sandbox import Sandbox
from tests.parsing_message.mails import attached, b64, multipart, part, text_part, word


def summary() -> bytes:
    document = docx.Document()
    document.add_paragraph("吉林大学全民终身学习活动周工作总结")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((1200, 900), 90).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def test_a_mail_of_every_kind_of_material_is_read_to_its_last_leaf(tmp_path: Path) -> None:
    packed = io.BytesIO()
    forwarded = multipart(text_part("请查收"), attached(b'; filename="' + word("案例.docx") + b'"', summary()), boundary=b"----in")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("照片/1.jpg", photo())
        archive.writestr("fwd.eml", forwarded)
    raw = multipart(
        text_part("您好"),
        attached(b'; filename="' + word("总结.docx") + b'"', summary()),
        attached(b'; filename="' + word("材料.zip") + b'"', packed.getvalue()),
        part(b"Content-Type: image/jpeg\r\nContent-Transfer-Encoding: base64", b64(photo())),
    )
    (tmp_path / "mail.eml").write_bytes(raw)
    (tmp_path / "work").mkdir()
    with Sandbox(Limits()) as sandbox:
        facts = gather(tmp_path / "mail.eml", tmp_path / "work", sandbox, Limits())
    assert [(item.path, item.kind, item.problem) for item in facts.items] == [
        ("(body)", FileKind.TXT, None),
        ("总结.docx", FileKind.DOCX, None),
        ("材料.zip/照片/1.jpg", FileKind.IMAGE, None),
        ("材料.zip/fwd.eml/案例.docx", FileKind.DOCX, None),
        ("附件1.jpg", FileKind.IMAGE, None),
    ]
    assert all(item.reading is not None or item.picture is not None for item in facts.items)
    assert facts.items[1].reading is not None and facts.items[1].reading.head == ("吉林大学全民终身学习活动周工作总结",)
    assert [message.path for message in facts.nested] == ["材料.zip/fwd.eml"]
    assert facts.doubts == ()
