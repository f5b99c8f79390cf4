"""Figures for a monitoring server, in the text format of Prometheus.

Several web processes add up: each writes its counts to files in the folder that PROMETHEUS_MULTIPROC_DIR names (``sheber serve``
makes a fresh one at each start), and whichever process is asked reads them all.
"""

import os
import platform
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import django
from django.db import DatabaseError, connection
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from .services import places
from .services.backing_up import product_version
from .services.maintenance import maintenance_is_on

if TYPE_CHECKING:
    from sheber.spine.notices.queries import Queue

BUCKETS_S: Final = (0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0)
FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"

registry = CollectorRegistry()
_requests = Counter("sheber_requests", "Requests answered.", ["view", "method", "status"], registry=registry)
_seconds = Histogram("sheber_request_seconds", "Time to answer a request.", ["view"], buckets=BUCKETS_S, registry=registry)
_queries = Counter("sheber_database_queries", "Queries made while answering.", ["view"], registry=registry)
_database_s = Counter("sheber_database_seconds", "Time queries took while answering.", ["view"], registry=registry)
_limited = Counter("sheber_limited", "Requests refused by the rate limits.", ["kind"], registry=registry)
_refused = Counter("sheber_refused", "Requests refused, by reason.", ["reason"], registry=registry)


def count_request(view: str, method: str, status: int, seconds: float, queries: int, database_s: float) -> None:
    _requests.labels(view, method, str(status)).inc()
    _seconds.labels(view).observe(seconds)
    if queries:
        _queries.labels(view).inc(queries)
        _database_s.labels(view).inc(database_s)


def count_limited(kind: str) -> None:
    _limited.labels(kind).inc()


def count_refused(reason: str) -> None:
    _refused.labels(reason).inc()


def text() -> bytes:
    """All figures: those of all web processes, and what the database says now."""
    shown = registry
    if os.environ.get(FOLDER):
        shown = CollectorRegistry()
        MultiProcessCollector(shown)  # type: ignore[no-untyped-call]
    now = CollectorRegistry()
    now.register(Now())
    return generate_latest(shown) + generate_latest(now)


class Now(Collector):
    """What is true at the moment of asking; a database that is gone shows as ``sheber_database_up 0``."""

    def collect(self) -> Iterator[Metric]:
        build = GaugeMetricFamily("sheber_build", "Version of the product and what it stands on.",
                                  labels=["version", "python", "django", "database"])
        build.add_metric([product_version(), platform.python_version(), django.get_version(), connection.vendor], 1)
        yield build
        yield GaugeMetricFamily("sheber_maintenance", "1 while the pages are closed.", value=float(maintenance_is_on()))
        note = places.read_note(places.LAST_BACKUP) or {}
        if (path := str(note.get("file", ""))) and os.path.exists(path):
            yield GaugeMetricFamily("sheber_backup_age_seconds", "Age of the last backup made from this machine.",
                                    value=max(0.0, time.time() - os.path.getmtime(path)))
        try:
            found = list(_from_database())
        except DatabaseError:
            found = []
        yield GaugeMetricFamily("sheber_database_up", "1 when the database answers.", value=float(bool(found)))
        yield from found


def _from_database() -> Iterator[Metric]:
    from sheber.spine.audit.models import AuditHead

    head = AuditHead.objects.filter(pk=1).values_list("sequence", flat=True).first() or 0
    yield GaugeMetricFamily("sheber_audit_sequence", "Number of the last entry of the record of changes.", value=float(head))
    jobs = GaugeMetricFamily("sheber_jobs", "Background work by state.", labels=["state"])
    for state, count in jobs_by_state():
        jobs.add_metric([state], count)
    yield jobs
    queue = letters()
    for name, meaning, value in (
            ("waiting", "Letters that wait to be sent.", queue.waiting), ("held_up", "Letters that wait to be tried again.", queue.held_up),
            ("failed", "Letters that could not be sent and wait for an operator.", queue.failed),
            ("sent_today", "Letters sent since midnight.", queue.sent_today),
            ("oldest_due_seconds", "For how long the oldest letter that may go has been waiting.", queue.oldest_due_s)):
        yield GaugeMetricFamily(f"sheber_letters_{name}", meaning, value=float(value))


def letters() -> "Queue":
    """The state of the outbox."""
    from sheber.spine.notices import queries as notices

    return notices.queue()


def jobs_by_state() -> list[tuple[str, Any]]:
    """Background work that is waiting, running, done, failed and cancelled."""
    from sheber.spine.jobs import queries as jobs

    return sorted(jobs.counts().items())
