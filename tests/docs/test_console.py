"""Every command in the documents is run, page by page, and prints what the page shows."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import tomllib
from collections import Counter
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bubblefear.cli import main
from tests.docs import world
from tests.docs.console import Block, Step, alike, blocks, differs, page_steps, run, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.docs.conftest import SampleRun

ROOT = world.ROOT
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "data").rglob("*.md")),
    ROOT / "models" / "sentiment" / "CARD.md",
]
WITH_COMMANDS = [page for page in PAGES if page_steps(page)]
# These begin on a machine without a database; the others with the sample as `data/bubblefear.db`.
FROM_NOTHING = {
    "README.md",
    "docs/index.md",
    "docs/tutorial.md",
    "docs/howto/daily.md",
    "docs/howto/feeds.md",
}
# Blocks that are not run, each with its reason beside it in the page: a new one is counted here.
NOT_RUN = {
    "docs/faults.md": 1,
    "docs/findings.md": 1,
    "docs/howto/cluster.md": 3,
    "docs/howto/daily.md": 2,
    "docs/howto/move.md": 1,
    "docs/howto/publish.md": 1,
    "docs/operations.md": 1,
    "docs/performance.md": 1,
}
# What fenced blocks may be, and so be tested: `console`, `python` and `toml` here; `cron`, `ini`,
# `yaml` and `dockerfile` in test_schedules; "" and `text` are output or drawings.
LANGUAGES = {"console", "python", "toml", "cron", "ini", "yaml", "dockerfile", "text", ""}


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture
def server() -> Iterator[str]:
    """Address of feeds and pages on this machine."""
    site = ThreadingHTTPServer(("127.0.0.1", 0), world.Site)
    thread = threading.Thread(target=site.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{site.server_address[1]}"
    site.shutdown()
    thread.join()
    site.server_close()


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name)
def test_commands_of_the_page_run(
    page: Path, sample_run: SampleRun, server: str, tmp_path: Path
) -> None:
    folder = tmp_path / "bubblefear"
    environment = world.build(folder, server)
    if page.name != "tutorial.md":  # it makes the sample itself, and shows what that prints
        environment |= world.QUICK
        shutil.copy(sample_run.database, folder / "data" / "sample.db")
    if name(page) not in FROM_NOTHING:
        shutil.copy(sample_run.database, folder / "data" / "bubblefear.db")
        shutil.copy(ROOT / "data" / "sample" / "bubblefear.toml", folder)
    ports: dict[str, int] = {}
    asked = page_steps(page)
    local = [Step(world.localised(step.command, server, ports), step.shown) for step in asked]
    ended = run(local, folder, environment)
    for number, step in enumerate(asked):
        assert number in ended, f"{step.command}: not reached"
        code, printed = ended[number]
        assert code in step.codes, f"{step.command}: exit code {code}\n{printed}"
        missing = (
            differs(step.shown, world.as_shown(printed, server, ports)) if step.shown else None
        )
        assert missing is None, f"{step.command}: {missing!r} is not what it prints:\n{printed}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_blocks_are_of_kinds_that_are_tested(page: Path) -> None:
    assert {block.language for block in blocks(page)} <= LANGUAGES
    fences = page.read_text(encoding="utf-8").count("\n```")
    assert fences + page.read_text(encoding="utf-8").startswith("```") == 2 * len(blocks(page))
    for block in blocks(page):
        if block.language == "console":
            assert list(steps(block)), "a console block begins with `$ `"


def test_no_block_is_left_out_without_being_counted() -> None:
    left_out = Counter(name(page) for page in PAGES for block in blocks(page) if block.reason)
    assert dict(left_out) == NOT_RUN
    commands = sum(len(page_steps(page)) for page in PAGES)
    assert commands > 80


@pytest.mark.slow
def test_python_of_the_pages_runs(sample_run: SampleRun, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    shutil.copy(sample_run.database, tmp_path / "data" / "bubblefear.db")
    shutil.copy(sample_run.database, tmp_path / "old.db")
    assert main(["archive", "move", "--db", str(tmp_path / "old.db")]) == 0
    found = [block.text for page in PAGES for block in blocks(page) if block.language == "python"]
    assert len(found) >= 4
    for text in found:
        done = subprocess.run(
            [sys.executable, "-W", "error::DeprecationWarning:__main__", "-c", text],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{text}\n{done.stderr}"


def test_settings_of_the_pages_are_settings(tmp_path: Path) -> None:
    from bubblefear import config

    for page in PAGES:
        for block in blocks(page):
            if block.language != "toml":
                continue
            tomllib.loads(block.text)
            if page.parent.name == "howto" or page.name == "settings.md":
                (tmp_path / "bubblefear.toml").write_text(block.text, encoding="utf-8")
                config.load(tmp_path / "bubblefear.toml", environment={})


def test_make_run_is_what_the_pages_say() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == ".venv/bin/bubblefear daily --sample"


def test_a_line_is_compared_word_by_word_and_number_by_number() -> None:
    assert alike("fear  1,000 of ... 7.5 %", "fear 1,010 of no matter what 7.4 %")
    assert not alike("fear 100", "fear 103")
    assert not alike("fear 100", "fears 100")
    assert not alike("fear 100", "fear 100 more")


def test_output_is_compared_from_its_first_line_to_its_last() -> None:
    assert differs(("a", "...", "c"), "a\nb\nc\n") is None
    assert differs(("a", "..."), "a\nb\nc\n") is None
    assert differs(("a", "b"), "a\nb\nc\n") == "(nothing more)"
    assert differs(("b",), "a\nb\n") == "b"
    assert differs(("...", "d"), "a\nb\n") == "d"


def test_commands_are_read_with_their_heredocs_and_outputs() -> None:
    text = "$ cat > f <<'END'\n$ no command\nEND\n$ wc -l f\n1 f\n"
    found = list(steps(Block("console", text, None)))
    assert [step.shown for step in found] == [(), ("1 f",)]
    assert found[0].command.endswith("\nEND")
