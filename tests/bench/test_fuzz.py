"""The promises of the fuzzer, on cases of their own: 2,000 in all."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench import fuzz_cases
from bench.fuzz import check, fuzz, main
from bench.fuzz_cases import TARGETS, BrokenPromiseError, Target, draw

CASES = {"url": 500, "date": 500, "text": 400, "feed": 300, "rows": 160, "opml": 100, "page": 40}


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_readers_keep_their_promises(name: str, tmp_path: Path) -> None:
    target = TARGETS[name]

    @settings(
        max_examples=CASES[name],
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
    )
    @given(st.integers(0, 2**32), st.none() | st.binary(max_size=200))
    def keeps(seed: int, raw: bytes | None) -> None:
        rng = random.Random(seed)
        target.check(draw(rng, target.samples) if raw is None else raw, rng, tmp_path)

    keeps()


def test_two_thousand_cases_take_part() -> None:
    assert sum(CASES.values()) == 2000
    assert set(CASES) == set(TARGETS)


def _never_holds(raw: bytes, rng: random.Random, folder: Path) -> None:
    fuzz_cases.expect(not raw, "there is something")


def _breaks(raw: bytes, rng: random.Random, folder: Path) -> None:
    raise KeyError(rng.randrange(10))


@pytest.mark.parametrize(
    ("target", "reason"), [(_never_holds, "there is something"), (_breaks, "KeyError")]
)
def test_a_broken_promise_is_told_saved_and_met_again(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    target: Any,
    reason: str,
) -> None:
    monkeypatch.setitem(TARGETS, "bad", Target((b"sample",), target, 1))
    found = fuzz(5, 3, tmp_path / "saved", "bad")
    assert found["failed"] == 5
    assert reason in found["failures"][0]["reason"]
    assert "bad:3:0" in capsys.readouterr().err
    again, wrong = check("bad:3:4", tmp_path)
    assert wrong
    assert (tmp_path / "saved" / "bad-3-4").read_bytes() == again
    assert main(["--replay", "bad:3:4"]) == 1


def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--cases", "20", "--only", "date", "--saved", str(tmp_path)]
    assert main(words) == 0
    assert "20 cases" in capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    assert '"failed": 0' in capsys.readouterr().out
    with pytest.raises(BrokenPromiseError):
        fuzz_cases.expect(False, "never")
