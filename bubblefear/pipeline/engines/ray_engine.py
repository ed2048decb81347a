"""Ray Data: parts stream from this machine to stateful actors and their scores come back.

Texts and scores travel through Ray, so the machines of a cluster need no disk in common. Only this
machine reads and writes the work folder.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
from contextlib import ExitStack, contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bubblefear.errors import EngineError
from bubblefear.pipeline.engines.done import Done
from bubblefear.pipeline.engines.ray_actor import SECONDS, Actor, read_tasks
from bubblefear.pipeline.engines.results import write_part
from bubblefear.pipeline.engines.work import PART_TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import TracebackType

    import pyarrow as pa

    from bubblefear.config import Settings

# What a cluster of this machine's own keeps in memory; a part has some hundred kilobytes.
_STORE_BYTES: Final = 256 * 1024 * 1024
# Seconds for a cluster's head to take a connection.
_PATIENCE: Final = 10


class RayCluster:
    """Scores parts by actors of one core each, and GPUs where asked, here or on a cluster."""

    name = "ray"

    def __init__(
        self,
        settings: Settings,
        model: str,
        workers: int | None,
        address: str | None,
        gpus: float = 0,
    ) -> None:
        """Start nothing yet.

        Args:
            settings: Name the scorer.
            model: Hash of the model that each actor must have.
            workers: Actors; None = as many as the cluster has cores and GPUs for.
            address: ``HOST:PORT`` of a cluster that this machine has joined, or ``auto``; None =
                one of this machine's own, which ends with the ``with`` block.
            gpus: Of each actor, which sees no others; below 1 several share one.
        """
        self._settings, self._model, self._address = settings, model, address
        self._asked, self._gpus, self.workers = workers, gpus, workers or 1
        self._open = ExitStack()

    def __enter__(self) -> RayCluster:
        """Start or join the cluster.

        Raises:
            EngineError: the extra is not installed, there is no cluster to join, or it has not the
                GPUs that were asked for.
        """
        ray = _quiet_ray()
        _need_answer(self._address)
        own = {
            "address": "local",
            "num_cpus": self._asked or os.cpu_count() or 1,
            "object_store_memory": _STORE_BYTES,
            "include_dashboard": False,
        }
        # Ray tells of killed workers on standard output, which is the caller's.
        self._open.enter_context(redirect_stdout(sys.stderr))
        self._open.callback(ray.shutdown)
        try:
            with _hushed():
                ray.init(
                    **({"address": self._address} if self._address else own),
                    log_to_driver=False,
                    logging_level=logging.ERROR,
                    namespace="bubblefear",
                )
        except (ConnectionError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            self._open.close()
            raise EngineError(f"cannot start or join a Ray cluster: {_line(error)}") from error
        self.workers = self._seats(ray.cluster_resources())
        if not self.workers:
            self._open.close()
            raise EngineError(f"Ray has not the {self._gpus:g} GPUs that each worker is to have")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End what was started, or leave the cluster."""
        self._open.close()

    def _seats(self, there: Mapping[str, float]) -> int:
        """How many actors there are to be; none where the cluster lacks the GPUs for one."""
        wanted = self._asked or max(int(there.get("CPU", 1)), 1)
        return min(wanted, int(there.get("GPU", 0) / self._gpus)) if self._gpus else wanted

    def score(self, parts: Sequence[Path], folder: Path) -> Iterator[Done]:
        """Have every part scored, and yield each as its scores are on the disk.

        Args:
            parts: Files of texts.
            folder: Where the files of scores go.

        Raises:
            EngineError: an actor failed, or the cluster went away.
        """
        ray = _quiet_ray()
        tables = self._stream(parts).iter_batches(
            batch_size=None, batch_format="pyarrow", prefetch_batches=0
        )
        name = parts[0].stem
        try:
            for number, table in enumerate(tables):
                taken = _seconds(table)
                write_part(table.drop_columns([SECONDS]), folder / f"{name}-{number:06}.parquet")
                yield Done(table.num_rows, taken)
        except (ray.exceptions.RayError, ConnectionError) as error:
            raise EngineError(f"Ray: {_line(error)}") from error

    def _stream(self, parts: Sequence[Path]) -> Any:  # noqa: ANN401 - Ray is not always installed
        import ray.data

        here = ray.get_runtime_context().get_node_id()
        # One process reads, here, and takes none of the cores that the actors are given.
        texts = ray.data.read_datasource(
            _parts(parts),
            num_cpus=0,
            concurrency=1,
            label_selector={"ray.io/node-id": here},
            override_num_blocks=len(parts),
        )
        return texts.map_batches(
            Actor,
            fn_constructor_kwargs={"settings": self._settings, "model": self._model},
            # A block, which is a part; of those that ask for GPUs Ray wants a number.
            batch_size=PART_TEXTS if self._gpus else None,
            batch_format="pyarrow",
            num_cpus=1,
            num_gpus=self._gpus,
            # One part in hand and one on the way: more would leave others without at the end.
            compute=ray.data.ActorPoolStrategy(
                size=min(self.workers, len(parts)), max_tasks_in_flight_per_actor=2
            ),
        )


def _parts(parts: Sequence[Path]) -> Any:  # noqa: ANN401 - Ray is not always installed
    import ray.data

    class Parts(ray.data.Datasource):
        """Files of this machine's disk."""

        def estimate_inmemory_data_size(self) -> int:
            return sum(path.stat().st_size for path in parts)

        def get_read_tasks(self, parallelism: int, *_: object, **__: object) -> list[Any]:
            return read_tasks(parts)

    made: Any = Parts  # Ray annotates its methods, but not its constructors
    return made()


def _quiet_ray() -> Any:  # noqa: ANN401 - Ray is not always installed
    """Ray, without its words on standard error: what matters of them is in the error."""
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray.data
    except ImportError as error:
        raise EngineError('--engine ray needs Ray: pip install "bubblefear[ray]"') from error
    logging.getLogger("ray").setLevel(logging.ERROR)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ray.data.DataContext.get_current().enable_progress_bars = False
    return ray


def _need_answer(address: str | None) -> None:
    """Ask the port first: Ray would try for minutes where nothing is."""
    if address in (None, "auto"):
        return
    host, _, port = str(address).rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=_PATIENCE).close()
    except (OSError, ValueError, OverflowError) as error:
        raise EngineError(f"no Ray cluster at {address}: {error}") from error


@contextmanager
def _hushed() -> Iterator[None]:
    """Nothing reaches standard error: Ray's native part says there how much it will say."""
    sys.stderr.flush()
    kept = os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _seconds(table: pa.Table) -> float:
    column = table.column(SECONDS)
    return float(column[0].as_py()) if len(column) else 0.0


def _line(error: BaseException) -> str:
    """The cause in one line: Ray's text is the whole stack of another process, the cause last."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__)[:300]
