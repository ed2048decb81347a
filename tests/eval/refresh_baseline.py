"""Measure the shipped model on every evaluation set and pin the result.

`python tests/eval/refresh_baseline.py ../shared/data/labels/public_eval` writes `baseline.json`
and the table of the model card; `--news FILE` adds the pairs of headlines, which are of that file.
A floor that would fall is kept, unless `--lower` is given: a model may not get worse by accident.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

from bubblefear.evaluation.sentiment import SentimentFigures, evaluate_sentiment
from bubblefear.evaluation.stories import by_group, judged
from bubblefear.evaluation.story_pairs import read_news, read_pairs
from bubblefear.scorers import embedded, story_embedder

HERE = Path(__file__).parent
CARD = HERE.parent.parent / "models" / "sentiment" / "CARD.md"
MARKS = re.compile(r"(<!-- figures:start -->\n).*?(<!-- figures:end -->)", re.S)
MARGIN = 0.005
# The halves of the hard pairs, and the natural draw without its pairs in doubt.
STORIES = {
    "story_pairs.csv": ("dev one language", "dev cross", "test one language", "test cross"),
    "story_pool.csv": ("all one language clear", "all cross clear"),
}
STORY_MARGIN = 0.03


def pinned(path: Path, figures: SentimentFigures, before: dict[str, Any], lower: bool) -> Any:
    """The entry of one set."""
    floor = round(figures["macro_f1"] - MARGIN, 3)
    return {
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "n": figures["n"],
        "measured": round(figures["macro_f1"], 4),
        "floor": floor if lower else max(floor, before.get("floor", 0.0)),
    }


def pinned_stories(news: Path, before: dict[str, Any], lower: bool) -> dict[str, Any]:
    """F1 of the pairs of headlines, each judged by itself."""
    rows, embedder = read_news(news), story_embedder()
    entries = {}
    for name, groups in STORIES.items():
        path = HERE / name
        pairs = read_pairs(path)
        found = by_group(pairs, judged(rows, pairs, embedder).__contains__)
        floors = {g: round(found[g]["f1"] - STORY_MARGIN, 3) for g in groups}
        kept = {} if lower else before.get(name, {}).get("floors", {})
        entries[name] = {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "n": len(pairs),
            "measured": {g: round(found[g]["f1"], 4) for g in groups},
            "floors": {g: max(floor, kept.get(g, 0.0)) for g, floor in floors.items()},
        }
    return entries


def short(value: float) -> str:
    """A share to three digits, without its leading zero."""
    return f"{value:.3f}".removeprefix("0")


def row(name: str, figures: SentimentFigures) -> str:
    """The set's row of the card."""
    recalls = [
        short(figures["per_class"][label]["recall"]) if label in figures["per_class"] else "-"
        for label in ("negative", "neutral", "positive")
    ]
    cells = [f"`{name}`", f"{figures['n']:,}", short(figures["macro_f1"])]
    return "| " + " | ".join([*cells, short(figures["accuracy"]), *recalls]) + " |"


def main() -> None:
    """Measure, pin, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--news", type=Path, help="the news file that the pairs are of")
    parser.add_argument("--lower", action="store_true", help="let floors fall")
    args = parser.parse_args()
    target = HERE / "baseline.json"
    baseline = json.loads(target.read_text(encoding="utf8")) if target.exists() else {}
    old = baseline.get("sentiment", {})
    scorer = embedded()
    entries: dict[str, Any] = {}
    rows = [
        "| set | n | macro F1 | accuracy | recall negative | recall neutral | recall positive |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for path in sorted(args.folder.glob("*.csv")):
        figures = evaluate_sentiment(path, scorer)
        entries[path.stem] = pinned(path, figures, old.get(path.stem, {}), args.lower)
        rows.append(row(path.stem, figures))
        sys.stderr.write(rows[-1] + "\n")
    baseline["sentiment"] = entries
    if args.news:
        baseline["stories"] = pinned_stories(args.news, baseline.get("stories", {}), args.lower)
    target.write_text(json.dumps(baseline, indent=2) + "\n", encoding="utf8")
    block = "\n".join(rows)
    card = CARD.read_text(encoding="utf8")
    CARD.write_text(MARKS.sub(lambda m: f"{m[1]}\n{block}\n\n{m[2]}", card), encoding="utf8")


if __name__ == "__main__":
    main()
