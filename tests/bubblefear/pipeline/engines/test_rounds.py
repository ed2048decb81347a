"""Plan, score, merge: the rows of the database are those that one process gives, exactly once."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bubblefear.errors import EngineError, Locked, UsageError
from bubblefear.pipeline.engines import work
from bubblefear.pipeline.engines.abandoned import SUFFIX
from bubblefear.pipeline.engines.done import Done
from bubblefear.pipeline.engines.merge import ScoredTexts, merge
from bubblefear.pipeline.engines.results import read_part
from bubblefear.pipeline.engines.rounds import EngineScored, engine_named, score_by
from bubblefear.pipeline.lock import locked
from bubblefear.pipeline.recording import recorded
from bubblefear.pipeline.score import Scored
from bubblefear.store import articles, database, transaction
from tests.bubblefear.pipeline.engines.conftest import (
    LEXICON,
    NOW,
    kill,
    parts_of,
    rows,
    score_here,
    until,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tests.bubblefear.pipeline.engines.conftest import World


@dataclass
class Here:
    """An engine without processes; after so many parts it breaks down."""

    breaks_after: int = 10**9
    name: str = "here"
    workers: int = 1
    scored: list[str] = field(default_factory=list)

    def score(self, parts: Sequence[Path], folder: Path) -> Iterator[Done]:
        for part in parts:
            if len(self.scored) == self.breaks_after:
                raise EngineError("broken")
            score_here([part], folder)
            self.scored.append(part.name)
            yield Done(read_part(part).num_rows, 0.001)


def scored_by(path: Path, engine: Here) -> EngineScored:
    @contextmanager
    def made() -> Iterator[Here]:
        yield engine

    with database(path) as conn, recorded(conn, "score", LEXICON, lambda: NOW) as run:
        return score_by(lambda model: made(), conn, LEXICON, run, now=lambda: NOW)


def plan_in(folder: work.WorkFolder, path: Path) -> work.Round:
    with database(path) as conn:
        return folder.plan(conn, LEXICON.scorer_id, 0, token="a")


def test_rows_are_those_of_one_process(small: World, tmp_path: Path) -> None:
    path = small.copy(tmp_path)
    done = scored_by(path, Here())
    assert rows(path) == small.expected
    assert (done.articles, done.taken_up) == (300, 0)
    assert len(small.expected["score_history"]) == 30
    assert 300 < done.texts < 330  # a tenth have two texts, and copies are scored once
    assert not path.with_name(path.name + SUFFIX).exists()


def test_equal_texts_are_written_once(small: World, tmp_path: Path) -> None:
    path = small.copy(tmp_path)
    plan = plan_in(work.WorkFolder(tmp_path / "work"), path)
    keys = [key for part in plan.parts for key in read_part(part)["key"].to_pylist()]
    assert len(keys) == len(set(keys)) == plan.texts
    assert (plan.articles, plan.last) == (300, 300)


def test_what_was_scored_before_a_failure_is_taken_up(medium: World, tmp_path: Path) -> None:
    path = medium.copy(tmp_path)
    with pytest.raises(EngineError):
        scored_by(path, Here(breaks_after=2))
    assert len(parts_of(path)) == 2
    assert not rows(path)["scores"]
    second = Here()
    done = scored_by(path, second)
    assert done.taken_up == 2 * work.PART_TEXTS
    assert rows(path) == medium.expected
    whole = plan_in(work.WorkFolder(tmp_path / "work"), medium.unscored)
    assert done.texts + done.taken_up == whole.texts


def test_parts_that_were_merged_and_not_removed_are_removed_by_the_next_run(
    small: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small.copy(tmp_path)

    def interrupted(folder: work.WorkFolder) -> None:
        if folder.results():
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(work.WorkFolder, "clear", interrupted)
        with pytest.raises(KeyboardInterrupt):
            scored_by(path, Here())
    assert parts_of(path)
    second = Here()
    done = scored_by(path, second)
    assert (done.articles, second.scored) == (0, [])
    assert rows(path) == small.expected
    assert not path.with_name(path.name + SUFFIX).exists()


def test_a_damaged_part_is_a_problem_and_scored_again(medium: World, tmp_path: Path) -> None:
    path = medium.copy(tmp_path)
    with pytest.raises(EngineError):
        scored_by(path, Here(breaks_after=2))
    damaged = parts_of(path)[0]
    damaged.write_bytes(damaged.read_bytes()[:-20])
    done = scored_by(path, Here())
    assert done.taken_up == work.PART_TEXTS
    assert rows(path) == medium.expected
    with database(path) as conn:
        problem = conn.execute("SELECT code, subject, times FROM problems").fetchall()
    assert [tuple(row) for row in problem] == [("score.part", damaged.name, 1)]


def test_nothing_to_score_starts_nothing(small: World, tmp_path: Path) -> None:
    path = small.copy(tmp_path)
    scored_by(path, Here())
    again = Here()
    assert scored_by(path, again).articles == 0
    assert again.scored == []


def test_a_text_that_changed_since_is_not_given_the_old_score(
    small: World, tmp_path: Path, conn_to: Callable[[Path], sqlite3.Connection]
) -> None:
    path = small.copy(tmp_path)
    folder = work.WorkFolder(tmp_path / "work")
    plan = plan_in(folder, path)
    score_here(plan.parts, folder.scored)
    conn = conn_to(path)
    wanted = articles.without_body(conn, before=NOW, since="2025-01-01T00:00:00Z")[5]
    with transaction(conn):
        articles.set_body(conn, wanted, status="ok", body="Quite another thing.", now=NOW)
    done = Scored(LEXICON.scorer_id)
    merge(conn, ScoredTexts(folder.results()), done, now=lambda: NOW)
    assert done.articles == 299
    assert [t.id for t in articles.unscored(conn, done.scorer, 0, 10)] == [wanted.id]


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_a_merge_that_is_done_twice_changes_nothing(
    small: World, tmp_path: Path, conn_to: Callable[[Path], sqlite3.Connection], batch: int
) -> None:
    path = small.copy(tmp_path)
    folder = work.WorkFolder(tmp_path / "work")
    score_here(plan_in(folder, path).parts, folder.scored)
    counts = []
    for _ in range(2):
        done = Scored(LEXICON.scorer_id)
        found = ScoredTexts(folder.results())
        merge(conn_to(path), found, done, now=lambda: NOW, batch=batch)
        counts.append(done.articles)
    assert counts == [300, 0]
    assert rows(path) == small.expected


def test_a_merge_ends_with_the_articles_of_its_round(
    small: World, tmp_path: Path, conn_to: Callable[[Path], sqlite3.Connection]
) -> None:
    """A round would else read every later article, and the rounds of an archive all of it each."""
    path = small.copy(tmp_path)
    folder = work.WorkFolder(tmp_path / "work")
    score_here(plan_in(folder, path).parts, folder.scored)
    done = Scored(LEXICON.scorer_id)
    found = ScoredTexts(folder.results())
    merge(conn_to(path), found, done, now=lambda: NOW, until=100, batch=50)
    assert done.articles == 100


def test_merges_at_the_same_time_share_the_articles(small: World, tmp_path: Path) -> None:
    path = small.copy(tmp_path)
    folder = work.WorkFolder(tmp_path / "work")
    score_here(plan_in(folder, path).parts, folder.scored)
    both = [Scored(LEXICON.scorer_id) for _ in range(2)]

    def merge_all(done: Scored) -> None:
        with database(path) as conn:
            found = ScoredTexts(folder.results())
            merge(conn, found, done, now=lambda: NOW, batch=5)

    threads = [threading.Thread(target=merge_all, args=(done,)) for done in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(done.articles for done in both) == 300
    assert rows(path) == small.expected


MERGE = """
import sys
from pathlib import Path
from bubblefear.pipeline.engines.merge import ScoredTexts, merge
from bubblefear.pipeline.score import Scored
from bubblefear.store import database
found = ScoredTexts(sorted(Path(sys.argv[2]).iterdir()))
with database(Path(sys.argv[1])) as conn:
    merge(conn, found, Scored("lexicon.v1"), now=lambda: "2025-11-21T12:00:00Z", batch=20)
"""


@pytest.mark.slow
def test_a_merge_that_is_killed_goes_on(medium: World, tmp_path: Path) -> None:
    path = medium.copy(tmp_path)
    folder = work.WorkFolder(tmp_path / "work")
    score_here(plan_in(folder, path).parts, folder.scored)
    words = [sys.executable, "-c", MERGE, str(path), str(folder.scored)]

    def written() -> int:
        with database(path) as conn:
            return int(conn.execute("SELECT count(*) FROM scores").fetchone()[0])

    with subprocess.Popen(words) as process:
        until(lambda: written() > 0)
        kill(process.pid)
    assert 0 < written() < 1_200
    subprocess.run(words, check=True)
    assert rows(path) == medium.expected


def test_one_run_at_a_time(small: World, tmp_path: Path) -> None:
    path = small.copy(tmp_path)
    with locked(path.with_name(path.name + SUFFIX), ""), pytest.raises(Locked, match="news"):
        scored_by(path, Here())
    assert scored_by(path, Here()).articles == 300


@pytest.mark.parametrize(
    ("engine", "options", "said"),
    [
        ("dask", {}, "local and ray"),
        ("local", {"workers": 0}, "--workers 0"),
        ("local", {"address": "auto"}, "--engine ray"),
        ("ray", {"address": "ray://head:10001"}, "ray start"),
        ("ray", {"address": "head"}, "--address head: HOST:PORT"),
        ("local", {"gpus": 1.0}, "--engine ray"),
        ("ray", {"gpus": 1.5}, "--gpus 1.5: a part of one"),
        ("ray", {"gpus": 0.0}, "--gpus 0"),
    ],
)
def test_what_does_not_go_together_is_told(engine: str, options: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        engine_named(engine, LEXICON, **options)


def test_without_the_extra_one_line_says_so(small: World, tmp_path: Path) -> None:
    # An empty module of that name in front of an installed one is as good as none.
    code = (
        "import sys; sys.modules['ray'] = None; from bubblefear.cli import main; "
        "sys.exit(main(['score', '--engine', 'ray', '--scorer', 'lexicon.v1', '--db', "
        f"{str(small.copy(tmp_path))!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == 'bubblefear: --engine ray needs Ray: pip install "bubblefear[ray]"\n'
    assert not (tmp_path / f"news.db{SUFFIX}").exists()
