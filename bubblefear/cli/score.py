"""``bubblefear score``: group into stories and score what is new."""

from typing import Annotated

import typer

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json, ScorerName

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear score
  bubblefear score --scorer lexicon.v1
  bubblefear score --scorer hf:ProsusAI/finbert    (needs the extra torch)
  bubblefear score --engine local                  (a process for each core)
  bubblefear score --engine ray --address auto     (needs the extra ray)
"""

Engine = Annotated[
    str | None,
    typer.Option(
        "--engine",
        help="For many articles: local (processes) or ray (a cluster); else this process alone.",
        metavar="NAME",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", help="Processes of the engine, of one core each; else all cores.", metavar="N"
    ),
]
Address = Annotated[
    str | None,
    typer.Option(
        "--address",
        help="Ray cluster that this machine has joined: HOST:PORT or auto; else one of its own.",
        metavar="HOST:PORT",
    ),
]
Gpus = Annotated[
    float | None,
    typer.Option(
        "--gpus",
        help="Ray's GPUs for each worker, which sees no others; 0.5: two workers share one.",
        metavar="N",
    ),
]


@app.command(cls=LeanCommand, epilog=EPILOG)
def score(
    engine: Engine = None,
    workers: Workers = None,
    address: Address = None,
    gpus: Gpus = None,
    scorer: ScorerName = None,
    db: Db = None,
    config: Config = None,
    json_: Json = False,
) -> int:
    """Group what is new into stories, and score it.

    An article joins the story of an earlier one that reports the same thing, in the same words, in
    others or in the other language, within 72 hours; `story_links` says why.

    Every article is scored that has no score yet: none by this scorer, or one of an earlier text
    (a body came later). Scores of another scorer stay. An article that cannot be scored is stored
    as an abstention with its reason.

    An engine gives the same scores, sooner. What it has scored lies in the folder DATABASE.scoring
    until it is merged: a run that is killed goes on where it was.
    """
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show, working
    from bubblefear.errors import UsageError
    from bubblefear.pipeline.group_stories import group_stories
    from bubblefear.pipeline.score import Scored
    from bubblefear.pipeline.score import score as score_all

    if engine is None and (workers, address, gpus) != (None, None, None):
        raise UsageError("--workers, --address and --gpus are those of an engine: add --engine")
    with working("score", db, config, scorer=scorer) as work:
        conn, settings, run = work.conn, work.settings, work.run
        with run.stage("stories"), bar("stories") as progress:
            group_stories(conn, run, progress=progress)
        with run.stage("score"), bar("articles") as progress:
            if engine is None:
                scored: Scored = score_all(conn, settings, run, now=now, progress=progress)
            else:
                from bubblefear.pipeline.engines.rounds import engine_named, score_by

                chosen = engine_named(engine, settings, workers, address, gpus)
                scored = score_by(chosen, conn, settings, run, now=now, progress=progress)
    show(scored, json_)
    return work.exit_code
