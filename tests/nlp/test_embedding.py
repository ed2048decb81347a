from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from nlp.embedding import Embedder, text_of
from nlp.errors import NlpError

FOLDER = Path("models/sentiment/finbert-multi.v1")


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder(FOLDER, threads=1)


def test_vectors_have_length_one_and_do_not_depend_on_company(embedder: Embedder) -> None:
    texts = ["Chip maker cuts 14,000 jobs", "芯片公司裁员1.4万人", "Gold at a record"]
    languages = ["en", "zh-Hans", "en"]
    together = embedder.embed(texts, languages)
    assert together.dtype == np.float32
    assert together.shape == (3, 384)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(3), abs=1e-3)
    for row, text, language in zip(together, texts, languages, strict=True):
        assert (embedder.embed([text], [language])[0] == row).all()
    assert (together.astype("<f2").astype(np.float32) == together).all()


def test_a_translation_is_nearer_than_another_event(embedder: Embedder) -> None:
    vectors = embedder.embed(
        ["Chip maker cuts 14,000 jobs", "芯片公司裁员1.4万人", "Gold at a record high"],
        ["en", "zh-Hans", "en"],
    )
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_both_scripts_are_one(embedder: Embedder) -> None:
    one, other = embedder.embed(["台积电营收创新高", "台積電營收創新高"], ["zh-Hans", "zh-Hant"])
    assert (one == other).all()


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([], []).shape == (0, 384)


def test_the_start_of_the_summary_is_read() -> None:
    assert text_of("Title", None) == "Title"
    assert text_of("Title", "s" * 500) == "Title " + "s" * 100


def test_a_damaged_file_is_one_clear_error(tmp_path: Path) -> None:
    for name in ("model.json", "model.int8.onnx", "tokenizer.json"):
        (tmp_path / name).symlink_to((FOLDER / name).resolve())
    shutil.copy(FOLDER / "meaning.npz", tmp_path)
    with (tmp_path / "meaning.npz").open("ab") as file:
        file.write(b"x")
    with pytest.raises(NlpError, match=r"meaning\.npz"):
        Embedder(tmp_path)
    (tmp_path / "meaning.npz").unlink()
    with pytest.raises(NlpError, match="cannot be read"):
        Embedder(tmp_path)
