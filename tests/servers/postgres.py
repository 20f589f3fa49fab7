"""Debian's PostgreSQL for tests: started unprivileged in a temporary folder, reached by a unix socket only, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

_START_SECONDS = 60


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    """A running server; skips the test where PostgreSQL is not installed."""
    programs = _programs()
    if programs is None:
        pytest.skip("Debian's postgresql is not installed")
    folder = Path(tempfile.mkdtemp(prefix="mailbot-pg-"))
    server = PostgresServer(programs, folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class PostgresServer:
    """One server over `folder`; PostgreSQL refuses to run as root, so root hands it to `postgres` or `nobody`."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = _unprivileged()
            self._as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(folder, user.pw_uid, user.pw_gid)

    def start(self) -> None:
        """Make a new cluster without the fsyncs that only a power cut needs, and wait until it answers."""
        self._run("initdb", "--pgdata=db", "--username=mailbot", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync=off -c max_connections=40"
        self._run("pg_ctl", "--pgdata=db", f"--options={options}", "--log=log", f"--timeout={_START_SECONDS}", "--wait", "start")

    def stop(self) -> None:
        """Stop at once."""
        if (self._folder / "db" / "postmaster.pid").exists():
            self._run("pg_ctl", "--pgdata=db", "--mode=immediate", "--wait", "stop")

    def new_database(self, like: str = "template0") -> str:
        """The URL of a new database: empty, or a copy of the database `like` that nobody is connected to."""
        name = f"t{uuid4().hex}"
        with psycopg.connect(host=str(self._folder), user="mailbot", dbname="postgres", autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(like)))
        return f"postgresql://mailbot@/{name}?host={self._folder}"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments],
            cwd=self._folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self._folder), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,  # the server would keep a pipe open
            check=False,
            **self._as_user,
        )
        if done.returncode != 0:
            log = self._folder / "log"
            said = (done.stderr or b"").decode() + (log.read_text() if log.exists() else "")
            raise RuntimeError(f"{program} failed: {said}")


def _programs() -> Path | None:
    """The folder of the newest installed PostgreSQL, which Debian keeps out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("no unprivileged user to run PostgreSQL as")
