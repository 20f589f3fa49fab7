"""No network call but IMAP and SMTP: every connect() of a whole round, of its children too, goes to the two configured servers.

This test found that onnxruntime reports to its maker; since then what reads strangers' files cannot open a connection at all.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailbot.demo.samples import samples
from tests.operating.test_alarm import Hook
from tests.road.office import Office
from tests.servers.dovecot import Dovecot

pytestmark = pytest.mark.dovecot

CALL = re.compile(r"(connect|sendto|sendmsg)\((.*)")
INET = re.compile(r"sin6?_port=htons\((\d+)\).*?(?:inet_addr\(\"([^\"]+)\"\)|inet_pton\(AF_INET6, \"([^\"]+)\")")


@pytest.fixture
def traced(tmp_path: Path) -> tuple[str, ...]:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed (apt-get install strace)")
    return ("strace", "-f", "-qq", "-o", str(tmp_path / "trace"), "-e", "trace=connect,sendto,sendmsg")


def luring(url: str) -> bytes:
    """A mail whose every part would like to be fetched from somewhere."""
    mail = EmailMessage()
    mail["From"] = "office@jlu.edu.cn"
    mail["To"] = "jlqmxx@126.com"
    mail["Subject"] = "吉林大学工作总结"
    mail["Disposition-Notification-To"] = "spy@example.com"
    mail.set_content(f"超大附件：{url}/big.zip")
    mail.add_alternative(f'<img src="{url}/pixel.gif"><link rel=stylesheet href="{url}/a.css">', subtype="html")
    xml = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "{url}/xxe">]><a>&x;</a>'
    for name, content in (
        ("工作总结.html", f'<iframe src="{url}/frame"></iframe>{"工作总结" * 200}'),
        ("图.svg", f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{url}/image"/></svg>'),
        ("总结.xml", xml),
        ("下载.url", f"[InternetShortcut]\nURL={url}/shortcut\n"),
    ):
        mail.add_attachment(content.encode(), maintype="application", subtype="octet-stream", filename=name)
    return bytes(mail)


def test_every_connect_goes_to_the_configured_servers(office: Office, dovecot: Dovecot, traced: tuple[str, ...], tmp_path: Path) -> None:
    listener = Hook()
    url = listener.url.partition("/send")[0]
    for mail in samples():
        dovecot.deliver(mail.raw, mail.received_at, mail.folder)
    dovecot.deliver(luring(url))
    done = office.run("run", "--once", prefix=traced)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(office.mails()) == len(samples()) + 1
    reached = {
        (found[2] or found[3], int(found[1]))
        for line in (tmp_path / "trace").read_text(errors="replace").splitlines()
        if CALL.search(line) and (found := INET.search(line))
    }
    assert reached == {("127.0.0.1", office.imap.port), ("127.0.0.1", office.smtp.port)}
    assert listener.paths == []
    listener.server.shutdown()
    listener.server.server_close()


def test_what_reads_strangers_files_can_call_nobody() -> None:
    program = """
import socket, subprocess, sys
from mailbot.parsing.serving import give_up_rights
give_up_rights(1 << 31)
for family in (socket.AF_INET, socket.AF_INET6):
    try:
        socket.socket(family)
    except PermissionError:
        continue
    sys.exit("a socket was opened")
socket.socket(socket.AF_UNIX).close()
inside = "import socket\\ntry:\\n    socket.socket()\\nexcept PermissionError:\\n    raise SystemExit(7)"
sys.exit(0 if subprocess.run([sys.executable, "-c", inside]).returncode == 7 else "a program it starts could")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_commands_that_only_show_open_no_connection_at_all(worked: Office, traced: tuple[str, ...], tmp_path: Path) -> None:
    for words in (("status",), ("doctor",), ("check",), ("backup", str(tmp_path / "backups"))):
        assert worked.run(*words, prefix=traced).returncode == 0
        assert not INET.search((tmp_path / "trace").read_text(errors="replace"))
