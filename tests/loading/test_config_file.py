"""config.yaml: defaults, passwords, paths, and every slip with its line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.config import Config, Limits, Mode, Security
from mailbot.errors import ConfigError, Slip
from mailbot.loading.configfile import load_config

MINIMAL = """\
inbox:
  host: imap.126.com
  user: office@126.com
  password_env: MAILBOT_PASSWORD
answering:
  host: smtp.126.com
"""
SECRET = {"MAILBOT_PASSWORD": "geheim"}


def write(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, text: str, environ: dict[str, str] | None = None, *, need_password: bool = True) -> Config:
    return load_config(write(folder, text), SECRET if environ is None else environ, need_password=need_password)


def slips(folder: Path, text: str, environ: dict[str, str] | None = None) -> tuple[Slip, ...]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, environ)
    return caught.value.slips


def test_little_needs_to_be_written(tmp_path: Path) -> None:
    config = load(tmp_path, MINIMAL)
    assert (config.rules, config.storage) == (tmp_path / "rules", tmp_path / "storage")
    assert config.database == f"sqlite:///{tmp_path}/storage/mailbot.db"
    assert (config.inbox.server.port, config.answering.server.port) == (993, 465)
    assert config.inbox.server.security is config.answering.server.security is Security.TLS
    assert config.answering.sender == "office@126.com"
    assert config.answering.mode is Mode.HOLD
    assert config.answering.go_live is None
    assert config.limits == Limits()


def test_the_outgoing_server_takes_user_and_password_of_the_inbox(tmp_path: Path) -> None:
    answering = load(tmp_path, MINIMAL).answering
    assert (answering.server.user, answering.server.password) == ("office@126.com", "geheim")


def test_the_outgoing_server_may_have_its_own(tmp_path: Path) -> None:
    own = MINIMAL + "  user: out@126.com\n  password_env: SMTP_PASSWORD\n"
    answering = load(tmp_path, own, SECRET | {"SMTP_PASSWORD": "anders"}).answering
    assert (answering.server.user, answering.server.password, answering.sender) == ("out@126.com", "anders", "out@126.com")


def test_relative_paths_count_from_the_file_and_not_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "there")
    write(tmp_path / "here", "rules: ../guize\nstorage: cunchu\n" + MINIMAL)
    config = load_config(Path("../here/config.yaml"), SECRET)
    assert (config.rules, config.storage) == (tmp_path / "guize", tmp_path / "here" / "cunchu")
    assert config.path == tmp_path / "here" / "config.yaml"


@pytest.mark.parametrize(("said", "seconds"), [("5m", 300), ("30s", 30), ("1h", 3600), ("90", 90), ("2 分钟", 120), ("1.5m", 90)])
def test_durations_have_units_or_are_seconds(tmp_path: Path, said: str, seconds: int) -> None:
    assert load(tmp_path, MINIMAL.replace("  host: imap", f"  poll: {said}\n  host: imap")).inbox.poll_seconds == seconds


@pytest.mark.parametrize(("said", "size"), [("100MB", 104_857_600), ("1GB", 1 << 30), ("2048", 2048), ("1 kb", 1024), ("0.5G", 1 << 29)])
def test_sizes_have_units_or_are_bytes(tmp_path: Path, said: str, size: int) -> None:
    assert load(tmp_path, MINIMAL.replace("  host: imap", f"  max_mail: {said}\n  host: imap")).inbox.max_mail_bytes == size


@pytest.mark.parametrize("mode", list(Mode))
def test_off_is_a_mode_and_no_truth_value(tmp_path: Path, mode: Mode) -> None:
    assert load(tmp_path, f"{MINIMAL}  mode: {mode.value}\n").answering.mode is mode


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2022-11-17", datetime(2022, 11, 16, 16, tzinfo=UTC)),
        ("2022/11/17 08:30", datetime(2022, 11, 17, 0, 30, tzinfo=UTC)),
        ("2022-11-17T08:30:15+00:00", datetime(2022, 11, 17, 8, 30, 15, tzinfo=UTC)),
        ("2022年11月17日 8:30", datetime(2022, 11, 17, 0, 30, tzinfo=UTC)),
    ],
)
def test_the_go_live_moment_is_chinese_time_if_nothing_else_is_said(tmp_path: Path, said: str, moment: datetime) -> None:
    assert load(tmp_path, f"{MINIMAL}  go_live: {said}\n").answering.go_live == moment


# ---- passwords ----


def test_a_missing_password_is_told_and_the_way_to_set_it(tmp_path: Path) -> None:
    (slip,) = slips(tmp_path, MINIMAL, {})
    assert slip.line == 4
    assert "MAILBOT_PASSWORD" in slip.wrong
    assert "export MAILBOT_PASSWORD=" in slip.hint


@pytest.mark.parametrize("source", ["password_env: MAILBOT_PASSWORD", "password_file: nowhere", "poll: 5m"])
def test_commands_that_stay_offline_need_no_password(tmp_path: Path, source: str) -> None:
    text = MINIMAL.replace("password_env: MAILBOT_PASSWORD", source)
    assert load(tmp_path, text, {}, need_password=False).inbox.server.password == ""


def test_no_source_of_a_password_is_told(tmp_path: Path) -> None:
    (slip,) = slips(tmp_path, MINIMAL.replace("  password_env: MAILBOT_PASSWORD\n", ""))
    assert "没有写密码从哪里取" in slip.wrong


def test_a_password_comes_from_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("aus-der-datei\n", encoding="utf-8")
    (tmp_path / "secret").chmod(0o600)
    text = MINIMAL.replace("password_env: MAILBOT_PASSWORD", "password_file: secret")
    assert load(tmp_path, text, {}).inbox.server.password == "aus-der-datei"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_password_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / "secret").write_text("aus-der-datei\n", encoding="utf-8")
    (tmp_path / "secret").chmod(mode)
    (slip,) = slips(tmp_path, MINIMAL.replace("password_env: MAILBOT_PASSWORD", "password_file: secret"))
    assert slip.line == 4
    assert "别的用户也能读" in slip.wrong
    assert f"chmod 600 {tmp_path}/secret" in slip.hint


@pytest.mark.parametrize("content", [None, ""])
def test_a_password_file_that_is_missing_or_empty_is_told(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "secret").write_text(content, encoding="utf-8")
        (tmp_path / "secret").chmod(0o600)
    (slip,) = slips(tmp_path, MINIMAL.replace("password_env: MAILBOT_PASSWORD", "password_file: secret"))
    assert ("读不了" if content is None else "是空的") in slip.wrong


@pytest.mark.parametrize("key", ["password", "密码", "授权码"])
def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path: Path, key: str) -> None:
    (slip,) = slips(tmp_path, MINIMAL.replace("  password_env:", f"  {key}: geheim123\n  password_env:"))
    assert slip.line == 4
    assert "不能写在配置文件里" in slip.wrong
    assert "password_env" in slip.hint
    assert "geheim123" not in str(slip)


def test_no_password_is_ever_printed(tmp_path: Path) -> None:
    assert "geheim" not in repr(load(tmp_path, MINIMAL))


# ---- the database ----


def test_the_password_of_the_database_comes_from_the_environment_and_may_hold_any_sign(tmp_path: Path) -> None:
    text = "database: postgresql+psycopg://mailbot:${DB}@localhost/mailbot\n" + MINIMAL
    assert load(tmp_path, text, SECRET | {"DB": "p@ss/wort"}).database == "postgresql+psycopg://mailbot:p%40ss%2Fwort@localhost/mailbot"


def test_the_whole_database_address_may_come_from_the_environment(tmp_path: Path) -> None:
    url = "postgresql+psycopg://mailbot:x@db/mailbot"
    assert load(tmp_path, "database_env: DB_URL\n" + MINIMAL, SECRET | {"DB_URL": url}).database == url


def test_a_sqlite_file_counts_from_the_config(tmp_path: Path) -> None:
    assert load(tmp_path, "database: sqlite:///ledger.db\n" + MINIMAL).database == f"sqlite:///{tmp_path}/ledger.db"
    assert load(tmp_path, "database: sqlite:////var/ledger.db\n" + MINIMAL).database == "sqlite:////var/ledger.db"


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("database: postgresql://me:geheim@localhost/x", "数据库密码不能写在配置文件里"),
        ("database: postgresql://me:${DB}@localhost/x", "环境变量 DB 是空的"),
        ("database_env: DB", "环境变量 DB 是空的"),
        ("database: mysql://localhost/x", "数据库地址不对"),
        ("database: mailbot.db", "数据库地址不对"),
    ],
)
def test_a_database_that_cannot_be_used_is_told(tmp_path: Path, line: str, parts: str) -> None:
    (slip,) = slips(tmp_path, f"{line}\n{MINIMAL}")
    assert slip.line == 1
    assert parts in slip.wrong
    assert "geheim" not in str(slip)


# ---- other slips ----

SLIPS = [
    ("unknown key", "  host: imap", "  hots: x\n  host: imap", 2, ("没有“hots”这个键", "“host”")),
    ("unknown key at the top", "inbox:", "storge: x\ninbox:", 1, ("没有“storge”这个键", "“storage”")),
    ("missing section", "answering:\n  host: smtp.126.com\n", "", 1, ("缺少“answering”",)),
    ("missing host", "  host: imap.126.com\n", "", 1, ("“inbox”缺少“host”",)),
    ("port that is none", "  host: imap", "  port: 99300\n  host: imap", 2, ("应当在 1 和 65535 之间",)),
    ("unknown protection", "  host: imap", "  security: ssl\n  host: imap", 2, ("不能写“ssl”", "tls、starttls")),
    ("unknown mode", "  host: smtp", "  mode: sned\n  host: smtp", 6, ("不能写“sned”", "“send”")),
    ("duration", "  host: imap", "  poll: bald\n  host: imap", 2, ("不是一段时间", "30s")),
    ("no duration at all", "  host: imap", "  poll: 0s\n  host: imap", 2, ("不是一段时间",)),
    ("size", "  host: imap", "  max_mail: 100 Mio\n  host: imap", 2, ("不是文件大小", "100MB")),
    ("day that is none", "  host: smtp", "  go_live: 2022-02-30\n  host: smtp", 6, ("不是完整的日期",)),
    ("zone", "inbox:", "timezone: Peking\ninbox:", 1, ("没有“Peking”这个时区",)),
    ("log level", "inbox:", "log_level: laut\ninbox:", 1, ("不能写“LAUT”", "DEBUG")),
    ("sender", "  host: smtp", "  sender: office\n  host: smtp", 6, ("不是邮箱地址",)),
    ("user that is no address", "  host: smtp", "  user: office\n  host: smtp", 5, ("没有写发信地址", "sender: ")),
    ("full-width colon", "  host: imap", "  host：imap", 2, ("中文冒号",)),
    ("both sources", "  password_env", "  password_file: x\n  password_env", 4, ("只能写一个",)),
]


@pytest.mark.parametrize(("old", "new", "line", "parts"), [slip[1:] for slip in SLIPS], ids=[slip[0] for slip in SLIPS])
def test_a_slip_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, parts: tuple[str, ...]) -> None:
    assert old in MINIMAL
    (slip,) = slips(tmp_path, MINIMAL.replace(old, new, 1))
    assert slip.line == line, str(slip)
    assert all(part in f"{slip.wrong}\n{slip.hint}" for part in parts), str(slip)


def test_all_slips_are_told_at_once(tmp_path: Path) -> None:
    text = MINIMAL.replace("  host: imap", "  port: x\n  hots: y\n  poll: z\n  host: imap") + "  mode: maybe\n"
    assert [slip.line for slip in slips(tmp_path, text)] == [2, 3, 4, 10]


def test_a_plain_connection_is_refused_beyond_this_machine(tmp_path: Path) -> None:
    plain = MINIMAL.replace("  host: imap", "  security: plain\n  host: imap")
    (slip,) = slips(tmp_path, plain)
    assert (slip.line, "不加密" in slip.wrong, "allow_plain" in slip.hint) == (2, True, True)
    allowed = load(tmp_path, plain.replace("  security", "  allow_plain: yes\n  security"))
    assert allowed.inbox.server.security is Security.PLAIN


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_a_plain_connection_is_fine_on_this_machine(tmp_path: Path, host: str) -> None:
    text = MINIMAL.replace("host: imap.126.com", f'host: "{host}"\n  security: plain')
    assert load(tmp_path, text).inbox.server.port == 143


def test_a_config_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="找不到这个文件"):
        load_config(tmp_path / "config.yaml", SECRET)


@pytest.mark.parametrize("none", ["0s", "0"])
def test_looking_at_the_inbox_may_be_without_jitter_and_never_without_a_pause(tmp_path: Path, none: str) -> None:
    text = MINIMAL.replace("inbox:\n", f"inbox:\n  poll_jitter: {none}\n")
    assert load(tmp_path, text).inbox.poll_jitter_seconds == 0
    (slip,) = slips(tmp_path, MINIMAL.replace("inbox:\n", f"inbox:\n  poll: {none}\n"))
    assert "poll" in slip.wrong
