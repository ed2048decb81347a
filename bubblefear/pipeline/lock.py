"""The lock of a database: one daily job, restore or repair at a time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from bubblefear.errors import Locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def locked(path: Path, said: str, holder: Callable[[], str] = str) -> Iterator[None]:
    """Hold ``PATH.lock``; it goes with the process, also after ``kill -9``.

    Args:
        path: The database, or what else is worked on by one process alone.
        said: Begins the line where another process holds it; the path follows.
        holder: Ends it: which process that is.

    Raises:
        Locked: another process holds it.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(f"{path}.lock", blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise Locked(f"{said}{path}{holder()}") from error
    try:
        yield
    finally:
        lock.release()
