"""Sums over the ledger: what may have been sent, and whether everything that arrived is accounted for."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class SentCounts:
    """Letters that left, or may have left, in the last 15 minutes and the last 24 hours: in all, to the address, to the unit."""

    last_15_minutes: int
    last_day: int
    address_day: int
    unit_day: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The sums that must agree. One is one arrival: a place on the server, or one mail that was ingested.

    `on_server` counts what the server ever showed (without the `ingested`), `unfetched` those of it that still have no row;
    `repeated` the arrivals whose bytes were known already;
    `parts` the leaves that parsing saw, `outcomes` those of them with a row.
    """

    on_server: int
    kept: int
    vanished: int
    excluded: int
    filed: int
    automatic: int
    unsure: int
    stuck: int
    waiting: int
    parts: int
    outcomes: int
    ingested: int = 0
    repeated: int = 0
    unfetched: int = 0

    @property
    def accounted(self) -> bool:
        """Whether nothing is unaccounted for beside what the server listed and could not be fetched yet."""
        return replace(self, on_server=self.on_server - self.unfetched).equal

    @property
    def equal(self) -> bool:
        """Whether nothing is unaccounted for."""
        return (
            self.on_server + self.ingested == self.kept + self.vanished + self.excluded
            and self.kept == self.filed + self.automatic + self.unsure + self.stuck + self.waiting
            and self.parts == self.outcomes
        )

    @property
    def sentence(self) -> str:
        """The line for staff, in Chinese; says at its end whether the sums agree."""
        start = f"服务器 {self.on_server} 封" + (f" + 导入 {self.ingested} 封" if self.ingested else "")
        kept = f"已保存 {self.kept} 封" + (f"（含重复 {self.repeated} 封）" if self.repeated else "")
        parts = [
            f"{start} = {kept} + 取件前消失 {self.vanished} 封 + 不收 {self.excluded} 封",
            f"已保存 {self.kept} 封 = 已归档 {self.filed} + 自动邮件 {self.automatic} + 待核实 {self.unsure}"
            f" + 处理失败 {self.stuck} + 等待处理 {self.waiting}",
            f"附件和正文 {self.parts} 份，已登记 {self.outcomes} 份",
        ]
        return "；".join(parts) + ("。核对一致。" if self.equal else "。核对不一致，请查看待办！")
