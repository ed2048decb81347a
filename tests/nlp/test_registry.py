"""Scorers by name."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution

import pytest

from nlp.errors import NlpError
from nlp.protocol import Scorer
from nlp.registry import GROUP, load_scorer, registered


@pytest.fixture
def installed() -> None:
    try:
        distribution("bubblefear")
    except PackageNotFoundError:
        pytest.skip("bubblefear is not installed, so it has no entry points")


@pytest.mark.usefixtures("installed")
def test_snapshot_of_the_built_in_scorers() -> None:
    own = [p.name for p in distribution("bubblefear").entry_points if p.group == GROUP]
    assert sorted(own) == ["finbert-multi.v1", "lexicon.v1"]
    assert set(own) <= set(registered())


@pytest.mark.usefixtures("installed")
def test_built_ins_come_through_their_entry_point() -> None:
    scorer = load_scorer("lexicon.v1")
    assert isinstance(scorer, Scorer)
    assert scorer.name == "lexicon.v1"


def test_unknown_name_lists_the_known() -> None:
    with pytest.raises(NlpError) as caught:
        load_scorer("finbert-multi.v99")
    message = str(caught.value)
    assert "unknown scorer 'finbert-multi.v99'" in message
    assert "hf:ID_OR_FOLDER" in message
    assert all(name in message for name in registered())
    assert "\n" not in message


def test_light_modules_import_nothing_heavy() -> None:
    code = (
        "import sys, nlp, nlp.registry, nlp.records, nlp.protocol, nlp.errors;"
        "heavy = {'spacy', 'torch', 'numpy', 'onnxruntime', 'tokenizers', 'opencc', 'pandas'};"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
