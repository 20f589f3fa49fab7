"""The doors as a person uses them: help in Chinese, exit codes as documented, never a traceback."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest

from mailbot.config import Security, Server
from mailbot.demo.samples import samples
from tests.road.office import Office
from tests.servers.dovecot import Dovecot
from tests.servers.netease import NetEase
from tests.servers.smtpsink import SmtpSink

NOWHERE = Server("127.0.0.1", 9, "jlqmxx@126.com", "none", Security.PLAIN)
VERBS = ["run", "check", "init", "try", "explain", "ingest", "status", "mails", "table", "letters", "assign", "waive", "retry"]
VERBS += ["chase", "backup", "doctor", "purge", "restore", "user", "web", "replay", "knowledge", "rebuild", "rehearse", "demo"]
DOCS = Path(__file__).parent.parent.parent / "docs" / "commands.md"


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return Office(tmp_path / "office", NOWHERE, NOWHERE, "jlqmxx@126.com")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_explained_in_chinese_and_documented(desk: Office, verb: str) -> None:
    done = desk.run(verb, "--help")
    assert done.returncode == 0
    assert re.search("[\u4e00-\u9fff]{4}", done.stdout)
    assert f"`{verb}`" in DOCS.read_text(encoding="utf-8")


def test_no_verb_is_left_out_of_this_list(desk: Office) -> None:
    shown = re.findall(r"^│ (\w+) ", desk.run("--help").stdout, re.MULTILINE)
    assert sorted(shown) == sorted(VERBS)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("mails", "99"), 5, "没有第 99 号邮件"),
        (("explain", "99"), 5, "没有第 99 号邮件"),
        (("assign", "99", "--unit", "延边大学"), 5, "没有第 99 号邮件"),
        (("retry", "99"), 5, "没有第 99 号邮件"),
        (("status", "哈尔滨大学"), 3, "最接近的是"),
        (("letters", "--release", "7"), 5, "没有编号为"),
        (("waive", "延边大学", "--material", "视频"), 3, "没有“视频”这项材料"),
        (("try", "nothing.eml"), 5, "找不到"),
        (("rehearse", "nothing"), 5, "找不到"),
        (("ingest", "nothing"), 5, "找不到"),
        (("run", "--twice"), 2, "没有“--twice”这个选项"),
        (("stat",), 2, "没有“stat”这个命令，是不是想写“status”？"),
        (("assign",), 2, "缺少邮件编号"),
        (("mails", "四十二"), 2, "编号要写整数"),
        (("letters", "--release"), 2, "后面要写内容"),
        (("status", "吉林大学", "延边大学"), 2, "多写了“延边大学”"),
        (("status", "--format", "xml"), 2, "不能写“xml”，可以写：table、json、csv"),
        (("waive", "延边大学", "--until", "明天"), 2, "“明天”不是完整的日期"),
        (("purge", "--before", "2023-02-30"), 2, "“2023-02-30”不是完整的日期"),
        (("run", "--once"), 4, "127.0.0.1"),
    ],
)
def test_a_mistake_gets_a_sentence_and_its_exit_code(desk: Office, words: tuple[str, ...], code: int, sentence: str) -> None:
    done = desk.run(*words)
    assert done.returncode == code, done.stdout + done.stderr
    assert sentence in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_help_pages_are_chinese_to_the_last_word_and_cut_nothing_off(desk: Office) -> None:
    pages = desk.run("--help").stdout + desk.run("assign", "--help").stdout
    assert not re.findall("Options|Arguments|Commands|Usage|Show this message|default:|required", pages)
    assert "…" not in pages
    for words in ("用法：", "选项", "参数", "命令", "显示这段说明", "[必填]"):
        assert words in pages


def test_dates_are_understood_as_offices_write_them(desk: Office) -> None:
    for written in ("2023-01-05", "2023/1/5", "2023年1月5日"):
        assert "延期到 2023-01-05 当天结束" in desk.run("waive", "延边大学", "--until", written).stdout


def test_what_staff_read_is_chinese_where_other_tools_read_json(desk: Office, tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(samples()[2].raw)
    desk.run("ingest", "--answer", "--received-at", "2022-12-05 09:12", str(tmp_path / "mail.eml"))
    said = "".join(desk.run(*words).stdout for words in (("mails", "1"), ("status", "长春工业大学"), ("letters",), ("explain", "1")))
    assert not re.findall(r"\b(settled|complete|confirm|pending|submit|summary|photos)\b", said)
    for words in ("已登记", "齐全", "收齐回执", "待发", "工作总结", "2022-12-05 09:12"):
        assert words in said


def test_who_reads_only_the_beginning_of_a_listing_meets_no_error(desk: Office) -> None:
    line = f"{sys.executable} -m mailbot --config {desk.home / 'config.yaml'} status | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, env=desk.environ(), check=False)
    assert done.stdout.splitlines()[-1] == "0", done.stdout
    assert not done.stderr


def test_a_missing_config_says_how_to_get_one(tmp_path: Path, desk: Office) -> None:
    (desk.home / "config.yaml").unlink()
    done = desk.run("status")
    assert done.returncode == 3
    assert "config.yaml" in done.stderr


def test_a_new_collection_is_written_checked_and_never_overwritten(tmp_path: Path, desk: Office) -> None:
    target = tmp_path / "new"
    assert desk.run("init", str(target)).returncode == 0
    again = desk.run("init", str(target))
    assert again.returncode == 3
    assert "Traceback" not in again.stderr
    done = Office.run(desk, "check")
    assert done.returncode == 0, done.stderr


@pytest.mark.dovecot
def test_check_online_says_what_the_servers_can_do(tmp_path: Path, sink: SmtpSink, dovecot: Dovecot) -> None:
    office = Office(tmp_path / "office", dovecot.settings(), sink.settings(), sink.answering().sender)
    done = office.run("check", "--online")
    assert done.returncode == 0, done.stdout + done.stderr
    for word in ("IDLE", "垃圾邮件", "登录成功"):
        assert word in done.stdout


def test_check_online_works_on_netease(tmp_path: Path, sink: SmtpSink) -> None:
    with NetEase() as server:
        mail = samples()[2]
        server.deliver(mail.raw, mail.received_at)
        office = Office(tmp_path / "office", server.settings(), sink.settings(), sink.answering().sender)
        done = office.run("check", "--online")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "2022-12-05" in done.stdout
        assert "病毒文件夹" in done.stdout


def test_the_whole_road_on_netease_changes_nothing_on_the_server(tmp_path: Path, sink: SmtpSink) -> None:
    with NetEase() as server:
        for mail in samples()[2:6]:
            server.deliver(mail.raw, mail.received_at, mail.folder)
        before = server.state()
        office = Office(tmp_path / "office", server.settings(), sink.settings(), sink.answering().sender)
        office.once()
        assert server.state() == before
        assert not server.writes()
        assert [mail["state"] for mail in office.mails()].count("settled") == 3
        assert sink.letters


def test_listings_are_tables_json_or_csv_and_csv_holds_no_formula(desk: Office, tmp_path: Path) -> None:
    raw = samples()[2].raw.replace(b"\nSubject:", b"\nSubject: =HYPERLINK(1)\nX-Old:", 1)
    (tmp_path / "mail.eml").write_bytes(raw)
    desk.run("ingest", str(tmp_path / "mail.eml"))
    rows = list(csv.DictReader(io.StringIO(desk.run("mails", "--format", "csv").stdout)))
    assert rows[0]["主题"] == "'=HYPERLINK(1)"
    units = list(csv.DictReader(io.StringIO(desk.run("status", "--format", "csv").stdout)))
    assert len(units) == 93
    assert "长春工业大学" in desk.run("status", "长春工业大学").stdout
    assert "长春工业大学" in desk.run("mails").stdout


def test_staff_name_a_file_as_they_see_it_also_inside_an_archive(desk: Office, tmp_path: Path) -> None:
    (mail,) = (sample for sample in samples() if sample.title == "一个压缩包装齐全部材料")
    (tmp_path / "mail.eml").write_bytes(mail.raw)
    desk.run("ingest", str(tmp_path / "mail.eml"))
    path, name = next((file["path"], file["name"]) for file in desk.mails()[0]["files"] if file["materials"] == ["case"])
    assert path != name
    assert desk.run("assign", "1", "--file", name, "--material", "none").returncode == 0
    assert next(file["disposition"] for file in desk.mails()[0]["files"] if file["path"] == path) == "ignored"
    done = desk.run("assign", "1", "--file", "没有.docx", "--material", "none")
    assert "邮件正文" in done.stderr
    assert path in done.stderr


def test_a_table_written_elsewhere_links_back_into_the_storage(desk: Office, tmp_path: Path) -> None:
    mail = samples()[2]
    (tmp_path / "mail.eml").write_bytes(mail.raw)
    desk.run("ingest", str(tmp_path / "mail.eml"))
    there = tmp_path / "office copy"
    there.mkdir()
    assert desk.run("table", "-o", str(there / "登记表.xlsx")).returncode == 0
    sheet = openpyxl.load_workbook(there / "登记表.xlsx")["登记表"]
    (target,) = {unquote(str(cell.hyperlink.target)) for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert (there / target).resolve() == next((desk.storage / "filed").iterdir()).resolve()
