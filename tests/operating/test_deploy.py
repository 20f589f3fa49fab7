"""How mailbot is put on a machine: a hardened systemd unit, an image without root, and a daemon that lives under both their limits."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.demo.samples import samples
from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.smtpsink import SmtpSink

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
ROOT = DEPLOY.parent
UNIT = DEPLOY / "mailbot.service"
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
needs_root = pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="only root may mount and change the user")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user may enter, as pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="mailbot-deploy-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@needs_systemd
@pytest.mark.parametrize("unit", ["mailbot.service", "mailbot-backup.service", "mailbot-backup.timer"])
def test_systemd_understands_the_units(unit: str, tmp_path: Path) -> None:
    for name in ("mailbot.service", "mailbot-backup.service", "mailbot-backup.timer"):
        # The program is where the install put it; here any program stands for it.
        text = (DEPLOY / name).read_text(encoding="utf-8").replace("/opt/mailbot/.venv/bin/mailbot", "/bin/true")
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(tmp_path / unit)], capture_output=True, text=True, check=False)
    assert unit not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr


@needs_systemd
def test_the_service_is_hardened() -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(UNIT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-500:]


def test_a_wrong_config_is_not_started_again_and_again() -> None:
    assert re.search(r"^RestartPreventExitStatus=2 3$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_image_runs_without_root_and_holds_only_what_it_needs() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", last, re.MULTILINE)
    assert "--require-hashes" in text
    sources = [word for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE) for word in line.split()[:-1]]
    assert sources
    assert all((ROOT / source).exists() for source in sources)
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")}
    assert all(any(source == one or source.startswith(f"{one}/") for one in kept) for source in sources)
    assert not {"storage", "tests", ".git"} & kept


@pytest.mark.dovecot
@needs_root
def test_it_works_as_nobody_special_on_a_read_only_root(dovecot: Dovecot, sink: SmtpSink, open_folder: Path) -> None:
    """As in the container: every disk read-only but the storage and /tmp, a user without a home, no new privileges."""
    office = Office(open_folder / "office", dovecot.settings(), sink.settings(), sink.answering().sender)
    for mail in samples()[:8]:
        dovecot.deliver(mail.raw, mail.received_at, mail.folder)
    office.storage.mkdir(mode=0o700)
    os.chown(office.storage, 10001, 10001)
    command = f"{sys.executable} -m mailbot --config {office.home}/config.yaml"
    script = f"""
        set -e
        if ! setpriv --reuid 10001 --clear-groups test -x {sys.executable}; then  # a Python that lies in root's own folder
            mkdir -p /dev/shm/python-of-mailbot
            mount --bind {sys.base_prefix} /dev/shm/python-of-mailbot
            mount -t tmpfs -o mode=755 tmpfs /root
            mkdir -p {sys.base_prefix}
            mount --bind /dev/shm/python-of-mailbot {sys.base_prefix}
        fi
        mount --bind {office.storage} {office.storage}
        mount -o remount,ro,bind /
        exec setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --bounding-set=-all \\
            sh -c '{command} run --once && {command} doctor && ! touch {office.home}/x 2>/dev/null'
    """
    environ = office.environ() | {"HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": "/dev/shm", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, env=environ, check=False, timeout=170)
    if "unshare failed" in done.stderr:
        pytest.skip("this machine allows no mount namespace")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "没有故障" in done.stdout
    assert len(office.mails()) == 8


@pytest.mark.dovecot
def test_the_daemon_tells_its_supervisor_that_it_is_ready_alive_and_stopping(office: Office, dovecot: Dovecot, tmp_path: Path) -> None:
    heard: list[str] = []
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(address)
        supervisor.settimeout(60)
        environ = office.environ() | {"NOTIFY_SOCKET": address}
        command = [sys.executable, "-m", "mailbot", "--config", str(office.home / "config.yaml"), "run"]
        daemon = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        heard.append(supervisor.recv(100).decode())
        stop = threading.Timer(2, daemon.send_signal, (signal.SIGTERM,))
        stop.start()
        while heard[-1] != "STOPPING=1":
            heard.append(supervisor.recv(100).decode())
        assert daemon.wait(15) == 0
    assert heard[0] == "READY=1"
