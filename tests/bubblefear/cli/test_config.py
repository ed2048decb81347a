"""Settings: flags over file over environment over defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from bubblefear import config
from bubblefear.config import Settings, database_path, load
from bubblefear.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_order_of_strength(tmp_path: Path) -> None:
    environment = {"BUBBLEFEAR_SCORER": "from-env", "BUBBLEFEAR_INGEST_WORKERS": "3"}
    path = write(tmp_path, 'scorer = "from-file"\n')
    assert load(path, environment={}, scorer="from-flag").scorer == "from-flag"
    found = load(path, environment=environment)
    assert (found.scorer, found.workers) == ("from-file", 3)
    assert load(write(tmp_path, ""), environment=environment).scorer == "from-env"
    assert load(write(tmp_path, ""), environment={}) == Settings()


def test_the_database_is_flag_then_environment_then_default() -> None:
    environment = {"BUBBLEFEAR_DB": "env.db"}
    assert database_path(Path("flag.db"), environment) == Path("flag.db")
    assert database_path(None, environment) == Path("env.db")
    assert database_path(None, {}) == config.DEFAULT_DB


def test_every_section_is_read(tmp_path: Path) -> None:
    found = load(
        write(
            tmp_path,
            """scorer = "a"
            [scorer_by_language]
            en = "hf:some/model"
            [index]
            base_start = 2025-08-01
            min_count = 3
            channels = ["credit"]
            [test]
            horizons = [1, 5]
            [prices]
            symbols = ["QQQ"]
            start = "2021-01-01"
            [ingest]
            pages = false
            max_pages = 0
            [report]
            out = "reports"
            """,
        ),
        environment={"BUBBLEFEAR_INDEX_SEED": "3", "BUBBLEFEAR_TEST_ASSETS": "QQQ,SPY"},
    )
    assert found.scorer_id == "a,en=hf:some/model"
    assert dict(found.index) == {
        "base_start": "2025-08-01",
        "min_count": 3,
        "channels": ("credit",),
        "seed": 3,
    }
    assert dict(found.test) == {"horizons": (1, 5), "assets": ("QQQ", "SPY")}
    assert (found.symbols, found.prices_start) == (("QQQ",), "2021-01-01")
    assert (found.pages, found.max_pages, found.report) == (False, 0, Path("reports"))


def test_a_flag_puts_a_routing_aside(tmp_path: Path) -> None:
    path = write(tmp_path, '[scorer_by_language]\nen = "b"\n')
    assert load(path, environment={}).scorer_id == "finbert-multi.v1,en=b"
    assert load(path, environment={}, scorer="c").scorer_id == "c"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("scorer = 3", "scorer: should be text, not 3"),
        ("[ingest]\nworkers = 0", "workers: should be a whole number, 1 or more"),
        ("[ingest]\nworkers = true", "whole number"),
        ("[ingest]\npages = 'perhaps'", "true or false"),
        ("[prices]\nstart = '2021'", "a date such as"),
        ("[prices]\nsymbols = 3", "a list of texts"),
        ("[index]\nseed = {a = 1}", "a text, a number"),
        ("[index]\nchannels = [['credit'], 'policy']", "without lists in it"),
        ("[scorer_by_language]\nfr = 'x'", "unknown setting"),
        ("colour = 'red'", "colour: unknown setting"),
        ("[nonsense]\na = 1", r"\[nonsense\] a: unknown setting"),
        ("scorer =", "own.toml"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load(write(tmp_path, text), environment={})


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="BUBBLEFEAR_INGEST_WORKERS: should be a whole number"):
        load(write(tmp_path, ""), environment={"BUBBLEFEAR_INGEST_WORKERS": "many"})


def test_a_settings_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no settings at"):
        load(tmp_path / "none.toml", environment={})
