"""Count the shipped scorer's reading errors on the coded audit set and write them down.

`python tests/eval/refresh_reading_errors.py FILE`, with the `bubble_audit_dev.csv` of the shared
labels, writes `models/index/reading_errors.toml`: figures alone, no text of the set. Run it when
the scorer or the set changes; a slow test compares.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bubblefear.scorers import EMBEDDED, embedded
from models.index.reading_errors import SHIPPED, effective_counts, grade_of
from nlp.article import ArticleScorer
from nlp.records import Document

if TYPE_CHECKING:
    from nlp.records import ArticleScore

HEAD = """\
# Reading errors of the shipped scorer: rows its grade 0-3 (of relevance x fear, 0 where relief is
# larger), columns the coders' (0 where they coded relief), among articles of relevance above 0.
# Weighted by the strata of the draw; a row sums to its effective number of articles.
# Written by tests/eval/refresh_reading_errors.py.
"""


def contribution(score: ArticleScore) -> float:
    """What a score adds to the fear of its source."""
    if score.relevance is None or score.fear is None or score.relief is None:
        raise SystemExit(f"{score.document_id} was not scored: {score.abstained}")
    return 0.0 if score.relief > score.fear else score.relevance * score.fear


def count(path: Path) -> dict[str, np.ndarray]:
    """Effective counts by language."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    documents = [
        Document(row["id"], row["title"], row["summary"] or None, None, row["lang"]) for row in rows
    ]
    scores = list(ArticleScorer(embedded()).score(documents))
    relevant = np.array([bool(score.relevance) for score in scores])
    scored = grade_of(np.array([contribution(score) for score in scores]))
    true = np.array([0 if r["stance"] == "relief" else int(r["fear"]) for r in rows], float)
    weight = np.array([float(r["stratum_size"]) / float(r["stratum_n"]) for r in rows])
    language = np.array([row["lang"] for row in rows])
    found = {}
    for name in sorted(set(language.tolist())):
        own = relevant & (language == name)
        found[name] = effective_counts(scored[own], true[own], weight[own])
    return found


def written(path: Path, counts: dict[str, np.ndarray]) -> str:
    """The file's text."""
    lines = [
        HEAD,
        "[provenance]",
        f'scorer = "{EMBEDDED}"',
        f'labels = "{path.name}"',
        f'labels_sha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"',
        "",
        "[counts]",
    ]
    for name, table in counts.items():
        rows = ",\n".join(f"  [{', '.join(f'{x:.3f}' for x in row)}]" for row in table.tolist())
        lines.append(f"{name} = [\n{rows},\n]")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Count and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("labels", type=Path)
    path = parser.parse_args().labels
    SHIPPED.write_text(written(path, count(path)), encoding="utf-8")


if __name__ == "__main__":
    main()
