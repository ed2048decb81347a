"""What docs/howto/daily.md gives to be copied works: crontab lines, units, workflow, Dockerfile."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.docs import world
from tests.docs.console import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "howto" / "daily.md"
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "ENTRYPOINT", "CMD"}


def texts(language: str) -> list[str]:
    return [block.text for block in blocks(PAGE) if block.language == language]


def test_there_is_one_of_each() -> None:
    counted = {name: len(texts(name)) for name in ("cron", "ini", "yaml", "dockerfile")}
    assert counted == {"cron": 3, "ini": 2, "yaml": 1, "dockerfile": 1}


@pytest.mark.parametrize("line", [text.splitlines()[-1].strip() for text in texts("cron")])
def test_crontab_lines_have_five_fields_and_a_command(line: str) -> None:
    *fields, command = line.split(maxsplit=5)
    assert all(re.fullmatch(r"[\d,*/-]+", field) for field in fields)
    assert command.startswith("cd /srv/bubblefear && .venv/bin/bubblefear ")


@pytest.mark.parametrize("unit", texts("ini"), ids=["service", "timer"])
def test_units_are_well_formed(unit: str) -> None:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # keeps systemd's capitals
    parser.read_string(unit)
    assert parser["Unit"]["Description"]
    assert ("Service" in parser) != ("Timer" in parser)


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    service, timer = texts("ini")
    (tmp_path / "bubblefear.timer").write_text(timer)
    # The program must exist; whatever else systemd objects to is a fault of the page.
    there = service.replace("/srv/bubblefear/.venv/bin/bubblefear daily", "/bin/true daily")
    assert there != service
    (tmp_path / "bubblefear.service").write_text(there)
    units = [str(tmp_path / name) for name in ("bubblefear.service", "bubblefear.timer")]
    done = subprocess.run([program, "verify", *units], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "bubblefear." in line]
    assert (done.returncode, said) == (0, [])
    calendar = re.search(r"^OnCalendar=(.+)$", timer, flags=re.M)
    assert calendar
    subprocess.run([program, "calendar", calendar.group(1)], capture_output=True, check=True)


def test_systemd_takes_partial_success_for_success() -> None:
    from bubblefear.errors import PARTIAL

    assert f"SuccessExitStatus={PARTIAL}" in texts("ini")[0]


@pytest.fixture(scope="module")
def workflow() -> Any:
    return yaml.safe_load(texts("yaml")[0])


def test_workflow_has_what_a_runner_needs(workflow: Any) -> None:
    # YAML reads the bare word `on` as true.
    assert workflow[True]["schedule"][0]["cron"].split()[1] == "1,7,13,21"
    job = workflow["jobs"]["daily"]
    assert job["runs-on"]
    python = next(
        s["with"]["python-version"] for s in job["steps"] if "python" in s.get("uses", "")
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={python}"
    assert all(("run" in step) != ("uses" in step) for step in job["steps"])


@pytest.mark.slow
def test_workflow_keeps_a_database(workflow: Any, tmp_path: Path) -> None:
    """Its `run` steps in order, as a runner does; GitHub's tool is a stand-in."""
    folder = tmp_path / "checkout"
    nowhere = "http://127.0.0.1:9"  # a feed that does not answer: code 3
    environment = world.build(folder, nowhere) | world.QUICK
    first = folder / ".venv" / "bin" / "gh"
    first.write_text("#!/bin/sh\n[ \"$1 $2\" = 'run list' ] || exit 1\n")  # no run before this one
    first.chmod(0o755)
    ran = 0
    for step in workflow["jobs"]["daily"]["steps"]:
        if "run" not in step or "pip install" in step["run"]:
            continue
        subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=folder,
            env=environment,
            check=True,
            capture_output=True,
        )
        ran += 1
    assert ran == 4
    kept = workflow["jobs"]["daily"]["steps"][-1]["with"]["path"]
    assert (folder / kept).stat().st_size > 100_000
    wal = folder / f"{kept}-wal"
    assert not wal.exists() or wal.stat().st_size == 0


def instructions() -> list[tuple[str, str]]:
    """Instruction and argument of each line of the Dockerfile."""
    lines = texts("dockerfile")[0].replace("\\\n", " ").splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines if line)]


def of(name: str) -> list[str]:
    return [rest for word, rest in instructions() if word == name]


def test_dockerfile_is_made_of_known_instructions() -> None:
    assert {word for word, _ in instructions()} == INSTRUCTIONS
    assert instructions()[0][0] == "FROM"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert f">={re.findall(r'[0-9.]+', of('FROM')[0])[0]}" == project["requires-python"]
    program = yaml.safe_load(of("ENTRYPOINT")[0]) + yaml.safe_load(of("CMD")[0])
    assert program == ["bubblefear", "daily"]
    assert of("VOLUME") == [f"{of('WORKDIR')[0]}/data"]


def test_dockerfile_copies_every_package_and_what_the_project_names() -> None:
    copied = {Path(name) for line in of("COPY") for name in line.split()[:-1]}
    assert all((ROOT / path).exists() for path in copied)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {Path(name) for name in packages if "*" not in name} < copied
    assert {Path(project["project"]["readme"]), Path("LICENSE"), Path("data/sample")} < copied


def copied_into(folder: Path) -> Iterator[Path]:
    for line in of("COPY"):
        *sources, target = line.split()
        for source in sources:
            there = folder / (f"{target}{source}" if target.endswith("/") else target)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, there, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                there.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / source, there)
            yield there


@pytest.mark.slow
def test_dockerfile_makes_something_that_runs(tmp_path: Path) -> None:
    """COPY, then RUN pip (without the dependencies, which are here), then ENTRYPOINT and CMD."""
    work = tmp_path / "srv"
    assert len(list(copied_into(work))) > 5
    pip, user = of("RUN")
    words = shlex.split(pip.removeprefix("python "))
    words.remove("--no-cache-dir")
    offline = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--no-compile"]
    target = tmp_path / "installed"
    subprocess.run(
        [sys.executable, *words, *offline, "--target", str(target)],
        cwd=work,
        check=True,
        capture_output=True,
    )
    subprocess.run(["bash", "-n", "-c", user], check=True)
    entry = target / "bin" / yaml.safe_load(of("ENTRYPOINT")[0])[0]
    command = yaml.safe_load(of("CMD")[0])
    done = subprocess.run(
        [sys.executable, str(entry), *command, "--sample"],
        cwd=work,
        env=os.environ | world.QUICK | {"PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (work / "data" / "sample.db").is_file()
    code = "import bubblefear; print(bubblefear.__file__)"
    where = subprocess.run(
        [sys.executable, "-c", code],
        cwd=work.parent,
        env=os.environ | {"PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(target) in where.stdout
