"""The doctor: files against ledger, ledger against server, and whether everything that mailbot stands on is sound.

It is called when something is broken, so no fault may silence it: a ledger that cannot be used is the first finding, and all that can
still be looked at without it follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import PurePosixPath

from mailbot.app import App, Clock, open_beside, opened_to_read, wall_clock
from mailbot.config import Config
from mailbot.desk import sheet
from mailbot.errors import ConfigError, TryLater
from mailbot.health import Health, Trouble, disk_trouble, health, trouble_over
from mailbot.model import LetterState
from mailbot.operating import journaling, reconciling
from mailbot.operating.findings import Finding, bad, good, note
from mailbot.operating.rights import secrets
from mailbot.operating.verifying import RAW, Source, Verified, mend, verify, verify_soon
from mailbot.storing.database import ledger_file
from mailbot.storing.files import Files
from mailbot.storing.identity import check_there, read_id

_FROM_BACKUP = "有备份的，从备份里把这个文件放回原处；邮件还在服务器上的，运行 mailbot doctor --online --repair。"
_RUNNING = "mailbot 正在运行，会在下一轮自动核对并修复"


@dataclass(frozen=True, slots=True)
class Visit:
    """What the doctor is asked to do: look at the servers too, mend what can be mended."""

    online: bool = False
    repair: bool = False


@dataclass(frozen=True, slots=True)
class Patient:
    """What there is to look at: `fault` is why mailbot cannot work with its ledger, `app` is None where nothing of it can be read."""

    config: Config
    app: App | None
    fault: ConfigError | TryLater | None
    now: Clock

    @property
    def files(self) -> Files:
        """The storage folder, which needs no ledger."""
        return Files(self.config.storage)


def doctor(config: Config, visit: Visit, now: Clock = wall_clock) -> tuple[Finding, ...]:
    """Every check that can be made, in order. Changes nothing of what is kept unless told to repair. ConfigError for slips in rules/."""
    with ExitStack() as stack:
        patient = _admitted(config, now, stack)
        inbox = reconciling.inbox(config, stack) if visit.online else None
        sections = [_ledger(patient), _journal(patient, visit), _files(patient, visit, inbox), _state(patient), secrets(config)]
        if inbox is not None:
            sections.append(reconciling.server(config, patient.app, inbox))
        # Several checks may stumble over one fault; it is said once.
        return tuple(dict.fromkeys(finding for section in sections for finding in _to_its_end(section)))


def _admitted(config: Config, now: Clock, stack: ExitStack) -> Patient:
    try:
        app = stack.enter_context(opened_to_read(config, now=now))
    except (ConfigError, TryLater) as fault:
        if isinstance(fault, ConfigError) and fault.slips:
            raise
        return Patient(config, _as_found(config, stack), fault, now)
    return Patient(config, app, app.database.refused, now)


def _as_found(config: Config, stack: ExitStack) -> App | None:
    """The app over a ledger that mailbot refuses to work with, if it can be read and is this storage's: what it says is worth a look."""
    try:
        check_there(ledger_file(config.database), Files(config.storage))
        app = open_beside(config)
        stack.callback(app.close)
        with app.database.reading() as records:
            mails = records.kept_count()
    except (ConfigError, TryLater):
        return None
    ours = bool(app.identity) and read_id(app.files) in ("", app.identity)
    return app if ours and mails else None


def _to_its_end(section: Iterable[Finding]) -> Iterator[Finding]:
    try:
        yield from section
    except (ConfigError, TryLater) as fault:
        yield _fault(fault)


def _fault(fault: Exception) -> Finding:
    """The fault as a finding: what is wrong is its first sentence, what to do the others."""
    sentence, _, hint = str(fault).partition("。")
    return bad("ledger", sentence, hint or "请检查磁盘和 config.yaml，再运行 mailbot doctor。")


def _ledger(patient: Patient) -> Iterator[Finding]:
    if patient.fault is not None:
        yield _fault(patient.fault)
    faults = patient.app.database.faults() if patient.app else ()
    if faults:
        yield bad("ledger", f"数据库文件有损坏：{' '.join(faults[0].split())}", "停止 mailbot，恢复最近的备份，或运行 mailbot rebuild。")
    elif patient.fault is None:
        yield good("ledger", "数据库完好，编号和文件夹一致")


def _journal(patient: Patient, visit: Visit) -> Iterator[Finding]:
    found = journaling.look(patient.config, patient.app, sound=patient.fault is None)
    if found.mendable and visit.repair and patient.app:
        yield _rewrite_journal(patient.app)
        found = journaling.look(patient.config, patient.app, sound=True)
    yield found.finding


def _rewrite_journal(app: App) -> Finding:
    try:
        if app.database.faults():
            # What is broken in the ledger may be whole in the journal, and nowhere else.
            return note("repair", "数据库有损坏，没有按它重写事件记录", "先恢复最近的备份，或运行 mailbot rebuild。")
        with app.locked():
            app.database.rewrite_journal()
    except (ConfigError, TryLater) as trouble:
        sentence, _, hint = str(trouble).partition("。")
        return note("repair", f"事件记录没有重写：{sentence}", hint)
    return note("repair", "已按数据库重写事件记录", "原来的缺损已经补齐。")


def _files(patient: Patient, visit: Visit, source: Source | None) -> Iterator[Finding]:
    app = patient.app
    if app is None:
        yield from _raw_by_name(patient.files)
        return
    found = verify(app)
    if found.damaged and visit.repair and patient.fault is None:
        try:
            with app.locked():
                mended = mend(app, found.damaged, source)
        except TryLater:
            verify_soon(app)
            yield note("repair", _RUNNING, "过几分钟再运行 mailbot doctor。")
        else:
            yield note("repair", f"已恢复 {len(mended)} 个文件", "被改动过的原文件改了名，留在旁边。")
            found = verify(app)
    if not found.damaged and not found.unregistered:
        trouble_over(app, "verify")  # the nightly check would see the same, but not before the night
    yield from _damage(found, visit)
    if found.unregistered:
        first = found.unregistered[0]
        hint = f"停止 mailbot，用 mailbot ingest 登记（到达时间按文件时间，不回信）：mailbot ingest {app.files.path(first)}"
        hint = hint if patient.fault is None else "先处理数据库的问题：恢复较新的备份或 rebuild 以后，它们会在登记里。"
        yield bad("unregistered", f"{len(found.unregistered)} 封原始邮件没有登记，例如 {first}", hint)


def _raw_by_name(files: Files) -> Iterator[Finding]:
    """Without a ledger: a raw mail is named after its hash, of the other files nothing is known."""
    keys = files.list(RAW)
    changed = [key for key in keys if not files.matches(key, PurePosixPath(key).stem)]
    if not keys:
        yield bad("raw", f"{files.root} 里没有一封原始邮件", "请检查 config.yaml 里的 storage，或恢复最近的备份。")
    elif changed:
        yield bad("raw", f"{len(changed)} 封原始邮件损坏：{'、'.join(changed[:5])}", _FROM_BACKUP)
    else:
        yield good("raw", f"原始邮件 {len(keys)} 封，内容都和文件名里的哈希一致")
    yield note("files", "数据库用不了，归档文件、邮件、回信和待办这次没有核对", "数据库恢复或重建以后再运行 mailbot doctor。")


def _damage(found: Verified, visit: Visit) -> Iterator[Finding]:
    raw = [one for one in found.damaged if one.raw]
    filed = [one for one in found.damaged if not one.raw]
    if raw:
        numbers = "、".join(f"第 {one.number} 号 {one.key}" for one in raw[:5])
        yield bad("raw", f"{len(raw)} 封原始邮件丢失或损坏：{numbers}", _FROM_BACKUP)
    if filed:
        numbers = "、".join(sorted({f"第 {one.number} 号" for one in filed})[:10])
        hint = "从原始邮件恢复：mailbot doctor --repair" if not visit.repair else "运行 mailbot replay 加上邮件编号，按现在的规则重新归档。"
        yield bad("filed", f"{len(filed)} 个归档文件丢失或被改动（{numbers}邮件）", hint)
    if not found.damaged:
        yield good("files", f"原始邮件和归档文件 {found.files} 个，逐个核对无误")
    if found.strays:
        hint = "请移到别处；mailbot 不会动它们。"
        yield note("strays", f"raw、filed 和待核实里有 {len(found.strays)} 个不是 mailbot 放的文件，例如 {found.strays[0]}", hint)


def _state(patient: Patient) -> Iterator[Finding]:
    """What `health` sees, and in its place a good word about each thing that is well."""
    app = patient.app
    if app is None:
        yield from _disk(patient)
        return
    try:
        state = health(app)
    except (ConfigError, TryLater):
        yield from _disk(patient)
        raise
    # Of the nightly check only the past is known, and the doctor has just looked himself.
    troubles = {trouble.key: trouble for trouble in state.troubles if trouble.key != "verify"}
    yield from (_as_finding(trouble) for trouble in troubles.values())
    if "sums" not in troubles:
        yield good("sums", state.sums.sentence)
    if "disk" not in troubles:
        yield _room(state.free_bytes)
    if "silence" not in troubles:
        yield _poll(app, state)
    if state.quota and "quota" not in troubles:
        yield good("quota", f"邮箱已用 {state.quota[0] / state.quota[1]:.0%}")
    yield from _outbox(state)
    yield _waiting(app)


def _disk(patient: Patient) -> Iterator[Finding]:
    free = patient.files.free_bytes()
    troubles = [_as_finding(trouble) for trouble in disk_trouble(patient.config, free, patient.now())]
    yield from troubles or [_room(free)]


def _room(free: int) -> Finding:
    return good("disk", f"磁盘还剩 {free / 1024**3:.1f} GB")


def _poll(app: App, state: Health) -> Finding:
    if state.last_poll is None:
        return note("poll", "还没有完整地看过收件箱", "用 mailbot run 开始收信；收信失败时按它的提示处理。")
    minutes = (app.now() - state.last_poll).total_seconds() / 60
    return good("poll", f"{minutes:.0f} 分钟前完整地看过收件箱")


def _waiting(app: App) -> Finding:
    """As many as `status` lists."""
    todo = sheet.table(app).todo
    if not todo:
        return good("person", "没有待办")
    mails = len({line.number for line in todo if line.number is not None})
    return note("person", f"待办 {len(todo)} 项，涉及 {mails} 封邮件", "mailbot status 可看到每一项，用 assign、letters 等命令处理。")


def _outbox(state: Health) -> Iterator[Finding]:
    names = {
        LetterState.HELD: "封等待放行",
        LetterState.UNCERTAIN: "封不知对方是否收到",
        LetterState.REFUSED: "封没有发出",
        LetterState.PENDING: "封待发",
    }
    counts = "，".join(f"{state.letters[kind]} {words}" for kind, words in names.items() if state.letters.get(kind))
    sent = state.letters.get(LetterState.SENT, 0)
    attention = any(state.letters.get(kind) for kind in (LetterState.HELD, LetterState.UNCERTAIN, LetterState.REFUSED))
    sentence = f"回信：已发 {sent} 封" + (f"，{counts}" if counts else "")
    yield note("outbox", sentence, "mailbot letters 可看到每一封。") if attention else good("outbox", sentence)


def _as_finding(trouble: Trouble) -> Finding:
    check = trouble.key.partition(":")[0]
    return bad(check, trouble.sentence, trouble.hint) if trouble.grave else note(check, trouble.sentence, trouble.hint)
