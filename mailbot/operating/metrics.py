"""The numbers of an installation in Prometheus' text form: counts and moments, nothing that names anybody."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from mailbot import __version__
from mailbot.app import App
from mailbot.health import Health, health

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics_text(app: App) -> bytes:
    """All metrics as they stand now. TryLater or ConfigError when the ledger cannot be read."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(health(app)))
    return generate_latest(registry)


class _Numbers(Collector):
    def __init__(self, state: Health) -> None:
        self._state = state

    def collect(self) -> Iterator[Metric]:
        state, sums = self._state, self._state.sums
        yield InfoMetricFamily("mailbot", "Version", {"version": __version__})
        yield _one("healthy", "1 when mailbot does all of its work", state.healthy)
        yield _one("last_poll_timestamp_seconds", "Last complete look at the inbox", state.last_poll.timestamp() if state.last_poll else 0)
        yield _one("free_bytes", "Free on the disk under the storage", state.free_bytes)
        states = {"filed": sums.filed, "automatic": sums.automatic, "unsure": sums.unsure, "stuck": sums.stuck, "waiting": sums.waiting}
        yield _many("mails", "Mails kept, by state", "state", states)
        yield _many("letters", "Letters, by state", "state", {kind.value: count for kind, count in state.letters.items()})
        yield _one("unfetched_mails", "Listed by the server and not kept yet", sums.unfetched)
        yield _one("vanished_mails", "Gone before they could be fetched", sums.vanished)
        yield _one("parts", "Parts that parsing saw", sums.parts)
        yield _one("outcomes", "Parts with an outcome", sums.outcomes)
        yield _one("accounted", "1 when the sums agree", sums.accounted)
        yield _many("trouble", "1 for each trouble there is", "key", {trouble.key.partition(":")[0]: 1 for trouble in state.troubles})
        if state.quota:
            yield _one("mailbox_used_bytes", "Quota used on the server", state.quota[0])
            yield _one("mailbox_limit_bytes", "Quota of the mailbox", state.quota[1])


def _one(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"mailbot_{name}", meaning, value=float(value))


def _many(name: str, meaning: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(f"mailbot_{name}", meaning, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
