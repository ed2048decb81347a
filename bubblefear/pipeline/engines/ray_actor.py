"""What runs in the processes of a Ray cluster. To be imported only where Ray is installed."""

from __future__ import annotations

from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from bubblefear.errors import EngineError
from bubblefear.pipeline.engines.model_hash import model_hash
from bubblefear.pipeline.engines.results import read_part
from bubblefear.pipeline.engines.worker import Worker, one_thread

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bubblefear.config import Settings

# Column that says how long the actor took for the block.
SECONDS: Final = "seconds"


class Actor:
    """A worker that is loaded once and scores one block after another."""

    def __init__(self, settings: Settings, model: str) -> None:
        """Load the scorer.

        Args:
            settings: As in the process that wants the scores.
            model: The hash of its model.

        Raises:
            EngineError: this machine was set up otherwise, and would score otherwise.
            NlpError: a scorer cannot be loaded.
        """
        one_thread()
        found = model_hash(settings)
        if found != model:
            raise EngineError(
                f"a machine of the cluster has another model ({found}, not {model}): each needs "
                "the same bubblefear, libraries and scorer"
            )
        self._worker = Worker(settings)

    def __call__(self, texts: pa.Table) -> pa.Table:
        """Scores with the seconds that they took."""
        started = perf_counter()
        scores = self._worker.score(texts)
        taken = pa.array([perf_counter() - started] * len(scores), pa.float64())
        return scores.append_column(SECONDS, taken)


def read_tasks(parts: Sequence[Path]) -> list[Any]:
    """One task of Ray Data for each file, so that a block is a part."""
    from ray.data.block import BlockMetadata
    from ray.data.datasource import ReadTask

    return [
        ReadTask(
            partial(_blocks, path),
            BlockMetadata(
                num_rows=None,
                size_bytes=path.stat().st_size,
                input_files=(str(path),),
                exec_stats=None,
            ),
        )
        for path in parts
    ]


def _blocks(path: Path) -> list[pa.Table]:
    return [read_part(path)]
