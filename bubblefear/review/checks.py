"""Doctor's checks that read the whole file or load the model: made when asked for, then kept."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from bubblefear.errors import BubblefearError
from bubblefear.pipeline.doctor import DEEP, Check, examine
from bubblefear.store import database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bubblefear.config import Settings

KEPT: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Made:
    """Checks, when they were made (UTC), and how many seconds they took."""

    checks: tuple[Check, ...]
    at: str
    seconds: float


class DeepChecks:
    """The slow checks of one database; they never run twice at the same time."""

    def __init__(self) -> None:
        self.last: Made | None = None
        self._busy = Lock()

    async def make(self, path: Path, settings: Settings, clock: Callable[[], str]) -> Made:
        """The checks, made anew where the last ones are older than a minute.

        Raises:
            StoreError: the file cannot be opened any more.
        """
        found: Future[Made] = Future()
        # A pool's thread would be waited for when the process is told to end.
        asking = (found, path, settings, clock)
        Thread(target=self._fill, args=asking, name="checks", daemon=True).start()
        return await asyncio.wrap_future(found)

    def _fill(
        self, found: Future[Made], path: Path, settings: Settings, clock: Callable[[], str]
    ) -> None:
        if not found.set_running_or_notify_cancel():
            return
        try:
            with self._busy:
                found.set_result(self._made(path, settings, clock))
        except (BubblefearError, sqlite3.Error) as error:
            found.set_exception(error)
        except BaseException as error:
            found.set_exception(error)  # else the request would wait for ever
            raise

    def _made(self, path: Path, settings: Settings, clock: Callable[[], str]) -> Made:
        now = datetime.fromisoformat(clock())
        if self.last is None or now - datetime.fromisoformat(self.last.at) > KEPT:
            began = time.perf_counter()
            # Datasette's connections refuse the pragma that checks the file.
            with database(path, create=False) as conn:
                found = tuple(examine(conn, settings, now=clock, names=DEEP))
            self.last = Made(found, clock(), round(time.perf_counter() - began, 1))
        return self.last
