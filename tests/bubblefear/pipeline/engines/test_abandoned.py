"""What a killed run of an engine left: told, and removed only where nothing is lost by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bubblefear.pipeline import faults
from bubblefear.pipeline.engines.abandoned import abandoned, work_folder
from bubblefear.pipeline.engines.model_hash import model_hash
from bubblefear.pipeline.engines.work import WorkFolder
from bubblefear.pipeline.lock import locked
from bubblefear.pipeline.recording import recorded
from bubblefear.pipeline.score import score
from bubblefear.store import database
from tests.bubblefear.pipeline.engines.conftest import LEXICON, NOW, score_here

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from tests.bubblefear.pipeline.engines.conftest import World

OTHER = "0123456789abcdef"


def leave(path: Path, model: str, *, scored: bool) -> Path:
    """What a run that was killed before or after a part was scored leaves."""
    folder = WorkFolder(work_folder(path) / model)
    with database(path) as conn:
        plan = folder.plan(conn, LEXICON.scorer_id, 0, token="a")
    (folder.scored / "0123.tmp").write_text("begun")
    if scored:
        score_here(plan.parts[:1], folder.scored)
    return folder.path


def found(conn: sqlite3.Connection, path: Path) -> faults.Fault | None:
    return faults.left(faults.Looked(conn, path, LEXICON, lambda: NOW))


def test_texts_alone_are_removed(
    small: World, tmp_path: Path, conn_to: Callable[[Path], sqlite3.Connection]
) -> None:
    path = small.copy(tmp_path)
    leave(path, OTHER, scored=False)
    conn = conn_to(path)
    fault = found(conn, path)
    assert fault is not None
    assert fault.mend is not None
    assert fault.text == f"1 left by killed commands, such as news.db.scoring/{OTHER}"
    assert not fault.broken
    assert fault.mend() == "1 removed"
    assert not work_folder(path).exists()
    assert found(conn, path) is None


def test_scores_stay_until_every_article_has_its_own(
    small: World, tmp_path: Path, conn_to: Callable[[Path], sqlite3.Connection]
) -> None:
    path = small.copy(tmp_path)
    own, other = (leave(path, m, scored=True) for m in (model_hash(LEXICON), OTHER))
    own_file = work_folder(path) / "a file of somebody's"
    own_file.write_text("kept")
    conn = conn_to(path)
    fault = found(conn, path)
    assert fault is not None
    assert fault.mend is None
    assert str(own) in fault.text
    assert str(other) in fault.text
    with recorded(conn, "score", LEXICON, lambda: NOW) as run:
        score(conn, LEXICON, run, now=lambda: NOW)
    fault = found(conn, path)
    assert fault is not None
    assert fault.mend is not None
    assert fault.mend() == "1 removed"
    assert {p.name for p in work_folder(path).iterdir()} == {OTHER, own_file.name}
    last = found(conn, path)
    assert last is not None
    assert last.text.startswith(f"scores that were not merged lie in {other}: ")


def test_a_run_at_work_has_left_nothing(
    small: World, tmp_path: Path, conn_to: Callable[[Path], sqlite3.Connection]
) -> None:
    path = small.copy(tmp_path)
    leave(path, OTHER, scored=False)
    with locked(work_folder(path), ""):
        assert abandoned(conn_to(path), LEXICON).spent == ()
