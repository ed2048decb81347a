"""The table of a long run: one line a day, as it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bench.longrun.days import Lived

_STAGES: Final = ("poll", "pages", "stories", "score", "prices", "index", "test", "report")
_PROCESS: Final = {"peak": "peak_mb", "rss": "rss_mb", "cpu": "cpu_s"}


def head() -> None:
    """Names of the columns."""
    seconds = "".join(f"{name:>8}" for name in ("all", *_STAGES))
    process = "".join(f"{name:>6}" for name in _PROCESS)
    print(
        f"{'day':<19} {'entries':>7} {'MB':>6}{process}{seconds} {'points':>7}  vintage", flush=True
    )


def line(lived: Lived) -> None:
    """One day."""
    what = lived.day.what or ("morning" if lived.day.morning else "")
    named = f"{lived.day.date} {what}"
    process = "".join(f"{lived.process.get(name, 0.0):6.0f}" for name in _PROCESS.values())
    stages = (lived.stages.get(name, 0.0) for name in _STAGES)
    seconds = "".join(f"{one:8.2f}" for one in (lived.seconds, *stages))
    size = f"{lived.entries:7,} {lived.bytes / 2**20:6.1f}"
    vintage = f"{lived.changed:7,}  {lived.vintage or '-'}"
    print(f"{named:<19} {size}{process}{seconds} {vintage}", flush=True)


def compared(vintage: str) -> None:
    """A vintage that was compared."""
    print(f"{vintage} compared", flush=True)
