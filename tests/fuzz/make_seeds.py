"""Writes the seeds: small mails, header values, archives and names of every shape that the readers tell apart, all made here."""

from __future__ import annotations

import base64
import gzip
import io
import tarfile
import zipfile
from pathlib import Path

from tests.fuzz.targets import SEEDS
from tests.parsing_message.mails import attached, mail, multipart, nested, part, text_part, word
from tests.parsing_message.test_structure import INNER, QQ, uu

PDF = base64.b64encode(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n")


def packed(names: list[str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), b"text of " + name.encode())
    return out.getvalue()


def tarred(form: str) -> bytes:
    """A tar with a file, a folder and a link."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=form) as archive:  # type: ignore[call-overload]
        for name, kind in (("总结.docx", tarfile.REGTYPE), ("d", tarfile.DIRTYPE), ("l", tarfile.SYMTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "/etc/hostname"
            member.size = 4 if kind == tarfile.REGTYPE else 0
            archive.addfile(member, io.BytesIO(b"text"))
    return out.getvalue()


MAILS = {
    "qq": QQ,
    "enclosed": multipart(text_part("转发"), part(b"Content-Type: message/rfc822", INNER)),
    "related": multipart(nested(text_part(), kind=b"related")),
    "uuencoded": mail(uu(b"x" * 99)),
    "pdf": multipart(part(b'Content-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64', PDF)),
    "nameless-pdf": multipart(part(b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64", PDF)),
    "glued": multipart(part(b'Content-Type: x/y; name="a"\r\nContent-Transfer-Encoding: base64', b"QQ==\r\nQUJD\r\n")),
    "printable": mail(b"a=3D=\r\nb=E6=80=BB", extra=b"Content-Transfer-Encoding: quoted-printable\r\n"),
    "html": mail(b'<p>x<img src="data:image/png;base64,iVBORw0KGgo="></p>', extra=b"Content-Type: text/html\r\n"),
    "digest": b"From: a@b.cn\r\nContent-Type: multipart/digest; boundary=x\r\n\r\n--x\r\n\r\nSubject: y\r\n\r\nz\r\n--x--\r\n",
    "encoded-container": b"Content-Type: multipart/mixed; boundary=x\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.b64encode(b"--x\r\nContent-Type: x/y; name=a\r\n\r\nbody\r\n--x--\r\n"),
    "unannounced": b"From: a@b.cn\r\n\r\n--x\r\nContent-Type: x/y; name=a\r\n\r\nbody\r\n--x--\r\n",
    "epilogue": multipart(text_part()) + b"--other\r\nContent-Type: x/y; name=a\r\n\r\nbody\r\n",
    "zip": multipart(
        part(
            b'Content-Type: application/zip; name="a.zip"\r\nContent-Transfer-Encoding: base64', base64.b64encode(packed(["a.txt", "b/c"]))
        )
    ),
    "bounce": b"From: MAILER-DAEMON@x.cn\r\nContent-Type: multipart/report; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: message/delivery-status\r\n\r\n"
    b"Status: 5.1.1\r\n\r\n--x\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: y\r\n\r\n--x--\r\n",
    "empty": b"",
    "cr-only": multipart(attached(b'; filename="a.docx"')).replace(b"\r\n", b"\r"),
}
HEADERS = {
    "words": word("总结") + b"\r\n " + word("材料"),
    "gbk": "吉林省总结".encode("gb18030"),
    "quoted": b'"=?utf-8?B?5oC757uT?=" <a@b.cn>, c@d.cn (comment)',
    "group": b"undisclosed: a@b.cn, <c@d.cn>;, e@f.cn",
    "continued": b"attachment; filename*0*=utf-8''%E6%80%BB; filename*1=x.docx",
    "type": b'application/x-zip; name="=?gbk?Q?=D7=DC?="; boundary="--=_x"',
    "percent": b'attachment; filename="%E6%80%BB%E7%BB%93.docx"',
    "escaped": b'attachment; filename="\\u603b&#24635;=E6=80=BB"',
    "posing": b'"unit@edu.cn" <x@evil.cn>',
    "nested-comments": b"((((a))))b@c.cn",
}
ARCHIVES = {
    "zip": packed(["总结.docx", "照片/1.jpg", "../../x", "C:\\y", "a/"]),
    "stored": packed(["a.txt"], zipfile.ZIP_STORED),
    "bz2": packed(["a.txt"], zipfile.ZIP_BZIP2),
    "lzma": packed(["a.txt"], zipfile.ZIP_LZMA),
    "gbk": packed(["xx.txt"]).replace(b"xx.txt", "总".encode("gbk") + b".txt"),
    "no-directory": packed(["a.txt"])[:-40],
    "tar": tarred("w"),
    "tar-gz": tarred("w:gz"),
    "tar-xz": tarred("w:xz"),
    "gz": gzip.compress(b"text" * 50, mtime=0),
    "tnef": b"\x78\x9f\x3e\x22\x01\x00\x01\x06\x90\x08\x00\x04\x00\x00\x00\x00\x00\x01\x00\x01\x00",
}
NAMES = {
    "plain": "0042 总结.docx".encode(),
    "traversal": b"../../etc/cron.d/x",
    "device": b"CON.docx",
    "stream": b"x:stream. ",
    "bidi": "照片\u202egpj.exe".encode(),
    "long": ("总" * 300 + ".docx").encode(),
    "share": b"\\\\srv\\share\\x",
    "formula": b"=cmd|'/c calc'!A1.docx",
    "decomposed": "e\u0301\u0323.doc".encode(),
    "controls": b"a\x00\x0b\x1f\x85\xc2\x85b",
    "dots": b". .. ...",
    "gbk": "总结.docx".encode("gbk"),
}


def main() -> None:
    """Writes them all; what a find left stays."""
    for target, seeds in {"mails": MAILS, "headers": HEADERS, "archives": ARCHIVES, "names": NAMES}.items():
        place: Path = SEEDS / target
        place.mkdir(parents=True, exist_ok=True)
        for name, content in seeds.items():
            (place / name).write_bytes(content)


if __name__ == "__main__":
    main()
