"""``bubblefear evaluate``: quality against coded files, for people and for gates."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bubblefear.cli.lean import LeanCommand, LeanGroup, lean_app
from bubblefear.cli.options import Config, Json, ScorerName

if TYPE_CHECKING:
    from nlp.protocol import Scorer

app = lean_app("Measure the scorer or the page extraction against a coded file.")
app.info.cls = LeanGroup

FileArgument = Annotated[Path, typer.Argument(metavar="FILE.csv", help="The coded file.")]


@app.command(
    cls=LeanCommand,
    epilog="\b\nExample:\n  bubblefear evaluate sentiment labelled.csv --scorer lexicon.v1 --json",
)
def sentiment(
    file: FileArgument,
    scorer: ScorerName = None,
    config: Config = None,
    json_: Json = False,
) -> None:
    """Accuracy and macro F1 of a scorer on labelled texts.

    Columns: id, text, label (negative, neutral, positive) and, if known, lang. Where no row is
    neutral, neutral takes no part. An abstention counts as a miss.
    """
    from bubblefear.evaluation.sentiment import evaluate_sentiment

    figures = evaluate_sentiment(file, _scorer(scorer, config))
    if json_:
        _print_json(figures)
        return
    rows = [
        [name, f"{f['precision']:.3f}", f"{f['recall']:.3f}", f"{f['f1']:.3f}", str(f["n"])]
        for name, f in figures["per_class"].items()
    ]
    _print_table(["class", "precision", "recall", "F1", "n"], rows)
    typer.echo(
        f"{figures['scorer']}: macro F1 {figures['macro_f1']:.3f}, "
        f"accuracy {figures['accuracy']:.3f}, {figures['n']} texts, "
        f"{figures['abstained']} abstained, {figures['texts_per_s']:.0f} texts/s"
    )


@app.command(
    cls=LeanCommand, epilog="\b\nExample:\n  bubblefear evaluate fear coded_headlines.csv --json"
)
def fear(
    file: FileArgument,
    scorer: ScorerName = None,
    config: Config = None,
    json_: Json = False,
) -> None:
    """Relevance, fear, stance, kind and channel against headlines coded by hand.

    Columns: id, lang, text, topic, fear, stance, kind, channel, stratum, stratum_size, stratum_n.
    Rows are weighted by stratum_size / stratum_n.
    """
    from bubblefear.evaluation.fear import evaluate_fear
    from nlp.article import ArticleScorer

    figures = evaluate_fear(file, ArticleScorer(_scorer(scorer, config)))
    if json_:
        _print_json(figures)
        return
    groups = {"weighted": figures["weighted"], "unweighted": figures["unweighted"]}
    rows = [_fear_row(name, f) for name, f in (groups | figures["by_lang"]).items()]
    _print_table(
        ["group", "topic F1", "fear F1", "AUC", "Spearman", "stance", "kind", "channel"], rows
    )
    typer.echo(f"{figures['n']} texts, {figures['abstained']} abstained; languages are weighted")


@app.command(
    cls=LeanCommand, epilog="\b\nExample:\n  bubblefear evaluate extraction saved_pages/ --json"
)
def extraction(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Saved pages with true bodies.")],
    json_: Json = False,
) -> None:
    """Bodies taken from saved pages against true ones: page means over 4-gram shingles.

    Either ground-truth.json beside html/ID.html.gz, or original/ID.html beside cleaned/ID.txt.
    """
    from bubblefear.cli.options import now
    from bubblefear.evaluation.extraction import evaluate_extraction

    figures = evaluate_extraction(folder, now())
    if json_:
        _print_json(figures)
        return
    typer.echo(
        f"{figures['n']} pages, {figures['failed']} without text: precision "
        f"{figures['precision']:.3f}, recall {figures['recall']:.3f}, F1 {figures['f1']:.3f} "
        f"(median {figures['median_f1']:.3f})"
    )


def _scorer(name: str | None, config: Path | None) -> "Scorer":
    from bubblefear import config as settings
    from bubblefear.scorers import from_settings

    return from_settings(settings.load(config, scorer=name))


def _fear_row(name: str, figures: dict[str, Any]) -> list[str]:
    values = [
        figures["topic"]["f1"],
        figures["fear"]["f1"],
        figures["fear"]["auc"],
        figures["fear"]["spearman"],
        figures["stance_accuracy"],
        figures["kind_accuracy"],
        figures["channel_accuracy"],
    ]
    return [name, *("-" if v is None else f"{v:.3f}" for v in values)]


def _print_json(figures: object) -> None:
    import json

    typer.echo(json.dumps(figures, ensure_ascii=False))


def _print_table(head: list[str], rows: list[list[str]]) -> None:
    from bubblefear.report.terminal import table

    typer.echo(table(head, rows))
