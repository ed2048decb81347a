"""``bubblefear score``: group into stories and score what is new."""

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
    """Group what is new into stories, and score it.

    An article joins the story of an earlier one that reports the same thing, in the same words, in
    others or in the other language, within 72 hours; `story_links` says why.

    Every article is scored that has no score yet: none by this scorer, or one of an earlier text
    (a body came later). Scores of another scorer stay. An article that cannot be scored is stored
    as an abstention with its reason.
    """
    from bubblefear.cli.options import now
    from bubblefear.cli.progress import bar
    from bubblefear.cli.working import show, working
    from bubblefear.pipeline.group_stories import group_stories
    from bubblefear.pipeline.score import score as score_all

    with working("score", db, config, scorer=scorer) as work:
        conn, settings, run = work.conn, work.settings, work.run
        with run.stage("stories"), bar("stories") as progress:
            group_stories(conn, run, progress=progress)
        with run.stage("score"), bar("articles") as progress:
            scored = score_all(conn, settings, run, now=now, progress=progress)
    show(scored, json_)
    return work.exit_code
