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
    worst: Annotated[int, typer.Option(min=0, help="List so many of the worst pages.")] = 0,
    json_: Json = False,
) -> None:
    """Bodies, authors and dates taken from saved pages against true ones.

    Bodies: page means over 4-gram shingles; authors and dates: where the truth has them. Either
    ground-truth.json beside html/ID.html.gz, or original/ID.html beside cleaned/ID.txt, author/
    and date/.
    """
    from bubblefear.cli.options import now
    from bubblefear.evaluation.extraction import evaluate_extraction

    figures = evaluate_extraction(folder, now(), worst)
    if json_:
        _print_json(figures)
        return
    halves = " and ".join(f"{value:.3f}" for value in figures["f1_halves"])
    typer.echo(
        f"{figures['n']} pages, {figures['failed']} without text: precision "
        f"{figures['precision']:.3f}, recall {figures['recall']:.3f}, F1 {figures['f1']:.3f} "
        f"(median {figures['median_f1']:.3f}; halves {halves})"
    )
    for name, field in (("author", figures["author"]), ("date", figures["date"])):
        if field:
            typer.echo(
                f"{name}: {field['right']}/{field['n']} right, "
                f"{field['without_truth']} given where the truth has none"
            )
    if figures["worst"]:
        rows = [
            [w["id"], w["status"], *(f"{x:.3f}" for x in (w["precision"], w["recall"], w["f1"]))]
            for w in figures["worst"]
        ]
        _print_table(["page", "status", "precision", "recall", "F1"], rows)


@app.command(
    cls=LeanCommand, epilog="\b\nExample:\n  bubblefear evaluate language news.csv.gz --json"
)
def language(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Labelled titles; gz too.")],
    json_: Json = False,
) -> None:
    """Language and script of titles against labels, from the title alone.

    Columns: title and lang (en, zh-Hans, zh-Hant, zh, other). The script is judged where only one
    of the standards GB 2312 and Big5 holds the title; disputed labels contradict that standard.
    """
    from bubblefear.evaluation.language import evaluate_language

    figures = evaluate_language(file)
    if json_:
        _print_json(figures)
        return
    found = list(next(iter(figures["confusion"].values())))
    rows = [
        [label, *(f"{counts[name]:,}" for name in found)]
        for label, counts in figures["confusion"].items()
    ]
    _print_table(["label \\ found", *found], rows)
    shares = [("en / zh", figures["language"]), ("Hans / Hant", figures["script"])]
    told = ", ".join(f"{name} {share:.2%}" for name, share in shares if share is not None)
    typer.echo(
        f"{figures['n']:,} titles: {told} (of {figures['telling']:,} that can tell, "
        f"{figures['disputed']} labels disputed), undecided {figures['undecided']:.2%}, "
        f"{figures['titles_per_s']:,.0f} titles/s"
    )


@app.command(
    cls=LeanCommand, epilog="\b\nExample:\n  bubblefear evaluate feeds saved_feeds/ --json"
)
def feeds(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Saved feeds, in sub-folders too.")],
    json_: Json = False,
) -> None:
    """Whether every saved feed is read or explained, and read rightly where the truth is known.

    A folder named Big5, GB2312 or CP949 tells its files' encoding; comments "Expect: entries[0]..."
    in feedparser's conformance files tell an item's title, link, id, author or summary.
    """
    from bubblefear.cli.options import now
    from bubblefear.evaluation.feeds import evaluate_feeds

    figures = evaluate_feeds(folder, now())
    if json_:
        _print_json(figures)
        return
    rows = [["encoding", k, f"{a} of {b}"] for k, (a, b) in figures["encodings"].items()]
    rows += [["field", k, f"{a} of {b}"] for k, (a, b) in figures["fields"].items()]
    rows += [["problem", code, f"{n} files"] for code, n in figures["problems"].items()]
    _print_table(["what", "name", "right"], rows)
    typer.echo(
        f"{figures['n']} files: {figures['read']} read ({figures['entries']:,} items), "
        f"{figures['explained']} explained, {len(figures['lost'])} lost"
    )


@app.command(
    cls=LeanCommand,
    epilog="\b\nExample:\n  bubblefear evaluate stories news.csv.gz --pairs story_pairs.csv --json",
)
def stories(
    file: Annotated[Path, typer.Argument(metavar="NEWS.csv[.gz]", help="Headlines with ids.")],
    pairs: Annotated[Path, typer.Option(help="Labelled pairs of its ids.")],
    words: Annotated[bool, typer.Option("--words", help="Group by words alone.")] = False,
    whole: Annotated[bool, typer.Option("--whole", help="Group the whole file.")] = False,
    json_: Json = False,
) -> None:
    """Stories against pairs of headlines labelled as the same story or not.

    NEWS has the columns id, published_at, source, lang, title, summary; PAIRS has a, b, same,
    kind (en, zh, cross), doubt and, if there is one, split. "clear" leaves out the pairs in doubt.
    """
    from bubblefear.evaluation.stories import evaluate_stories
    from bubblefear.scorers import story_embedder

    figures = evaluate_stories(file, pairs, None if words else story_embedder(), whole=whole)
    if json_:
        _print_json(figures)
        return
    rows = [
        [
            name,
            str(f["n"]),
            f"{f['precision']:.3f}",
            f"{f['precision_low']:.2f}-{f['precision_high']:.2f}",
            f"{f['recall']:.3f}",
            f"{f['f1']:.3f}",
        ]
        for name, f in figures["groups"].items()
    ]
    _print_table(["pairs", "n", "precision", "95 %", "recall", "F1"], rows)
    joined = ", ".join(f"{n:,} {how}" for how, n in sorted(figures["joined"].items()))
    typer.echo(f"{figures['headlines']:,} headlines in {figures['stories']:,} stories: {joined}")


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
