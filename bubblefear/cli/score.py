"""``bubblefear score``: score what has no score yet."""

from bubblefear.cli.lean import LeanCommand, lean_app
from bubblefear.cli.options import Config, Db, Json, ScorerName

app = lean_app()

EPILOG = """\b
Examples:
  bubblefear score
  bubblefear score --scorer lexicon.v1
  bubblefear score --scorer hf:ProsusAI/finbert    (needs the extra torch)
"""


@app.command(cls=LeanCommand, epilog=EPILOG)
def score(
    scorer: ScorerName = None, db: Db = None, config: Config = None, json_: Json = False
) -> int:
    """Score every article that has no score yet.

    That is: none by this scorer, or one of an earlier text (a body came later). Scores of
    another scorer stay. An article that cannot be scored is stored as an abstention
    with its reason.
    """
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show, working
    from bubblefear.pipeline.score import score as score_all

    with (
        working("score", db, config, scorer=scorer) as work,
        work.run.stage("score"),
        bar("articles") as progress,
    ):
        scored = score_all(work.conn, work.settings, work.run, now=now, progress=progress)
    show(scored, json_)
    return work.exit_code
