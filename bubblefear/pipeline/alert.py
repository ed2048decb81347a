"""Alerts: rules judged on the newest final session, told once, and sent on where that is asked.

An alert is stored before anybody is told of it. Where a webhook is set it is stored as pending,
and every later run tries again until it was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bubblefear.pipeline import alert_rules
from bubblefear.pipeline.alert_webhook import Undelivered, Webhook, host
from bubblefear.store import alerts, feeds, points, problems, transaction, vintage_queries
from ingest.records import Problem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from bubblefear.config import Settings
    from bubblefear.pipeline.alert_rules import Judged, Rule
    from bubblefear.pipeline.recording import Run
    from bubblefear.store.vintage_queries import Provenance

STORIES: Final = 5
_FIELDS: Final = ("title", "source", "url", "language", "points")


@dataclass(frozen=True)
class Watch:
    """What a job looks out for: its rules, and where to tell of them beside the terminal."""

    rules: tuple[Rule, ...] = ()
    webhook: str | None = None


def watch(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    watched: Watch,
    *,
    now: Callable[[], str],
    send: Callable[[str], Webhook] | None = None,
) -> list[dict[str, Any]]:
    """Judge every rule on the last vintage and tell of those that fire for the first time.

    Args:
        conn: The database.
        settings: Whose index it is, and which hosts of the own network may be told.
        run: Gets a note for a rule that cannot be judged, and is partial where the webhook failed.
        watched: Rules and webhook.
        now: The clock.
        send: Makes the client of an address; default: ``Webhook``.

    Returns:
        The alerts that fired now, as they are printed and sent.
    """
    fired = _judged(conn, settings, run, watched, now)
    if watched.webhook:
        make = send or (lambda url: Webhook(url, own_hosts=settings.alert_hosts))
        _deliver(conn, run, watched.webhook, make, now)
    return fired


def line(message: dict[str, Any]) -> str:
    """An alert in one line."""
    sample = "SAMPLE, " if message["sample"] else ""
    z = f", z {message['z']:.2f}" if message["z"] is not None else ""
    return (
        f"ALERT {sample}{message['rule']}: session {message['session']}, "
        f"{message['series']} {message['value']:.1f}{z}"
    )


def _judged(
    conn: sqlite3.Connection,
    settings: Settings,
    run: Run,
    watched: Watch,
    now: Callable[[], str],
) -> list[dict[str, Any]]:
    version = settings.index_version
    vintage = points.vintage_at(conn, version)
    origin = vintage_queries.provenance(conn, version, vintage) if vintage else None
    if origin is None:
        if watched.rules:
            run.say("no alert can fire: there is no index yet")
        return []
    provisional, _ = vintage_queries.provisional(conn, version, origin.vintage)
    found = []
    for rule in watched.rules:
        series = points.read(conn, version, origin.vintage, (rule.series,))
        judged = alert_rules.judge(rule, series, provisional)
        if judged is None or judged.figure is None:
            reason = judged.reason if judged else f"{rule.series} has no final session with a value"
            run.say(f"alert {rule} cannot fire: {reason}")
        elif rule.holds(judged.figure) and not alerts.has_fired(
            conn, str(rule), version, judged.point.date
        ):
            message = _message(conn, origin, rule, judged)
            found.append(message)
            _record(conn, origin, judged, message, pending=bool(watched.webhook), now=now())
    return found


def _message(
    conn: sqlite3.Connection, origin: Provenance, rule: Rule, judged: Judged
) -> dict[str, Any]:
    """What is printed and sent."""
    from bubblefear.report.drivers import drivers

    stories = drivers(conn, origin, judged.point.date, series=rule.series, limit=STORIES)
    return {
        "rule": str(rule),
        "series": rule.series,
        "session": judged.point.date,
        "value": judged.point.value,
        "figure": judged.figure,
        "z": judged.z,
        "lo": judged.point.lo,
        "hi": judged.point.hi,
        "version": origin.version,
        "vintage": origin.vintage,
        "kind": origin.kind,
        "sample": feeds.is_sample(conn),
        "stories": [{name: getattr(story, name) for name in _FIELDS} for story in stories],
    }


def _record(
    conn: sqlite3.Connection,
    origin: Provenance,
    judged: Judged,
    message: dict[str, Any],
    *,
    pending: bool,
    now: str,
) -> None:
    fired = alerts.Fired(
        message["rule"],
        origin.version,
        message["series"],
        judged.point.date,
        origin.vintage,
        message["value"],
        message["figure"],
        message,
        now,
    )
    with transaction(conn):
        alerts.record(conn, fired, delivery=alerts.PENDING if pending else alerts.SHOWN)


def _deliver(
    conn: sqlite3.Connection,
    run: Run,
    url: str,
    make: Callable[[str], Webhook],
    now: Callable[[], str],
) -> None:
    """Send everything that is pending, oldest first; the first failure ends it for this run."""
    waiting = alerts.pending(conn)
    if not waiting:
        return
    with make(url) as webhook:
        for number, (rule, version, session, message) in enumerate(waiting):
            try:
                webhook.send(message)
            except Undelivered as error:
                _failed(conn, run, str(error), len(waiting) - number, now())
                return
            alerts.mark_sent(conn, rule, version, session, now())
            run.say(f"alert {rule} of {session} sent to {host(url)}")


def _failed(conn: sqlite3.Connection, run: Run, reason: str, left: int, now: str) -> None:
    run.partial = True
    run.say(
        f"{left} alert{'s' if left > 1 else ''} not delivered, the next run tries again: {reason}"
    )
    found: Sequence[Problem] = [Problem("alert.webhook", "webhook", reason, None)]
    with transaction(conn):
        problems.record(conn, found, now, run.started_at)
