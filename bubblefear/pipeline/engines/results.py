"""Scores as Arrow rows and back, exact to the last bit, and the Parquet files that hold them."""

from __future__ import annotations

import secrets
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from bubblefear.pipeline.whole_files import put
from nlp.records import ArticleScore, Evidence, Mention, Sentiment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_EVIDENCE: Final = pa.struct(
    [
        ("sentence", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("field", pa.string()),
        ("negative", pa.float64()),
        ("neutral", pa.float64()),
        ("positive", pa.float64()),
        ("relevance", pa.float64()),
        ("fear", pa.float64()),
        ("relief", pa.float64()),
        ("weight", pa.float64()),
        ("kind", pa.string()),
        ("channel", pa.string()),
        ("phrases", pa.list_(pa.string())),
    ]
)
_MENTION: Final = pa.struct(
    [
        ("kind", pa.string()),
        ("name", pa.string()),
        ("surface", pa.string()),
        ("field", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("sentence", pa.int64()),
    ]
)
SCHEMA: Final = pa.schema(
    [
        ("key", pa.binary(32)),
        ("scorer", pa.string()),
        ("sentiment", pa.struct([(n, pa.float64()) for n in ("negative", "neutral", "positive")])),
        ("relevance", pa.float64()),
        ("fear", pa.float64()),
        ("relief", pa.float64()),
        ("kind", pa.string()),
        ("channel", pa.string()),
        ("recap", pa.bool_()),
        ("abstained", pa.string()),
        ("evidence", pa.list_(_EVIDENCE)),
        ("mentions", pa.list_(_MENTION)),
    ]
)


def as_stored(score: ArticleScore) -> ArticleScore:
    """Without what the store would not keep: nine in ten headlines are about something else."""
    return score if score.relevance else replace(score, evidence=(), mentions=())


def to_table(keys: Iterable[bytes], scores: Iterable[ArticleScore]) -> pa.Table:
    """Rows of ``SCHEMA``; a row is known by its text's key, not by its document's id."""
    rows = [asdict(score) | {"key": key} for key, score in zip(keys, scores, strict=True)]
    return pa.Table.from_pylist(rows, SCHEMA)


def to_score(row: Mapping[str, Any], document_id: str) -> ArticleScore:
    """The score of a row, as of this document."""
    fields = {name: row[name] for name in SCHEMA.names if name != "key"}
    sentiment = row["sentiment"]
    evidence = (Evidence(**e | {"phrases": tuple(e["phrases"])}) for e in row["evidence"])
    fields |= {
        "sentiment": Sentiment(**sentiment) if sentiment else None,
        "evidence": tuple(evidence),
        "mentions": tuple(Mention(**m) for m in row["mentions"]),
    }
    return ArticleScore(document_id=document_id, **fields)


def write_part(table: pa.Table, path: Path) -> None:
    """Write a Parquet file that is there whole or not at all, whenever the process is killed."""
    made = path.with_name(f"{secrets.token_hex(8)}.tmp")
    try:
        pq.write_table(table, made, compression="zstd", write_page_checksum=True)
        put(made, path)
    finally:
        made.unlink(missing_ok=True)


def read_part(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a Parquet file, each page checked against its sum.

    Raises:
        OSError: it is missing, cut off or damaged (``pyarrow.ArrowInvalid`` is a ``ValueError``).
        ValueError: likewise.
    """
    return pq.read_table(path, columns=columns, page_checksum_verification=True)
