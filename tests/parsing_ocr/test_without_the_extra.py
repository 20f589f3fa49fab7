"""Without the extra `ocr` a scan goes to a person, with the sentence why."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.parsing_ocr.conftest import mail, page, scan

SCRIPT = """
import json, sys
sys.modules["rapidocr"] = None  # as if it were not installed
from datetime import UTC, datetime
from pathlib import Path
from mailbot.config import Limits
from mailbot.deciding.judge import judge
from mailbot.loading.rules import load_rules
from mailbot.model import Memory
from mailbot.parsing.gather import gather
from mailbot.parsing.sandbox import Sandbox
with Sandbox(Limits()) as sandbox:
    facts = gather(Path("mail.eml"), Path("work"), sandbox, Limits())
    assert sandbox.scans.pid is None
judgement = judge(facts, load_rules(Path(sys.argv[1])), Memory(), datetime(2022, 12, 26, tzinfo=UTC))
print(json.dumps([[file.path, file.disposition, file.because] for file in judgement.files]))
"""


def test_scans_are_unsure_and_say_that_the_component_is_missing(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    files = {"扫描件.pdf": scan("summary"), "IMG_0001.jpg": page("case"), "签到表.jpg": page("sign_in")}
    (tmp_path / "mail.eml").write_bytes(mail(files, "jxjy@ccut.edu.cn", "报送材料"))
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", SCRIPT, str(root / "rules")], cwd=tmp_path, env={"PYTHONPATH": str(root)},
                         capture_output=True, check=True, timeout=100)  # fmt: skip
    judged = {path: (disposition, because) for path, disposition, because in json.loads(ran.stdout)}
    assert judged["扫描件.pdf"] == ("unsure", "扫描件没有文字层，需人工核对（未安装文字识别组件 ocr）")
    assert judged["IMG_0001.jpg"] == ("unsure", "看上去是扫描或拍照的文字页、表格，需人工核对（未安装文字识别组件 ocr）")
    assert judged["签到表.jpg"][0] == "ignored"
