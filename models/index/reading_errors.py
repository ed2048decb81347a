"""What the scorer misreads, drawn: the part of the index's band that comes from the scorer.

An audit gives, for each language, how often a story that the scorer put into grade i was of grade
j when people read it. The grade here is that of what a story adds to the index, relevance x fear,
where a story of relief adds nothing; in people's codes that is the grade, or 0 where they coded
relief. Two things follow for a session:

- A story that the scorer found fearful may bear more fear, less or none. Its factor in a draw is
  (true grade / 3) / E(true grade / 3 given the scorer's grade), so that factors have mean 1 and the
  band stays around the published value. That the scorer reads everything a little too low or too
  high moves the base window as much as today, and is gone when the index is scaled to its base.
- A story that the scorer found silent may bear fear all the same. Only articles of relevance above
  0 can: what is missed among them is drawn, less its expectation, for the same reason.

Each draw has one confusion for all stories: each row from a Dirichlet distribution about the
counts. The same misreading was at work in the base window, so this part is, if anything, too wide.

    p_i ~ Dirichlet(n_i + k q_i),   true grade | scorer's grade i ~ Categorical(p_i)

with n_i a language's counts, q_i the row's shares over all languages and k = 4 stories: a language
with few codes borrows from the others. A cell that no language and no prior has seen stays empty,
so a perfect scorer leaves no error at all.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GRADES: Final = 4
"""0 none, 1 hint, 2 clear, 3 strong."""

BORROWED: Final = 4.0
"""Stories' worth of the shares over all languages that every language's row is given."""

SHIPPED: Final = Path(__file__).with_name("reading_errors.toml")

_FEAR = np.arange(GRADES) / (GRADES - 1)


@dataclass(frozen=True, eq=False)
class ReadingErrors:
    """Confusion of the scorer with people, language by language.

    Attributes:
        languages: names, such as `en`.
        counts: shape (languages, 4, 4): rows the scorer's grade, columns the true one; effective
            numbers of stories (see `effective_counts`).
        shares: shape (4, 4): each row's distribution over all languages and the prior, which
            every language borrows from; rows sum to 1.
    """

    languages: tuple[str, ...]
    counts: np.ndarray
    shares: np.ndarray

    @classmethod
    def from_counts(
        cls, counts: Mapping[str, Sequence[Sequence[float]]], prior: ReadingErrors | None = None
    ) -> ReadingErrors:
        """From a confusion for each language.

        Args:
            counts: language -> four rows of four effective numbers of stories.
            prior: errors known before, such as `shipped()`: where a row has been coded little or
                not at all, `BORROWED` stories of their kind stand in.

        Raises:
            ModelError: a table is not 4 x 4, a number is negative or no number, or a row is empty
                in every language and there is no prior.
        """
        if not counts:
            raise ModelError("reading errors need the counts of one language at least")
        languages = tuple(sorted(counts))
        table = np.stack([_checked(language, counts[language]) for language in languages])
        pooled = table.sum(axis=0)
        if prior is not None:
            pooled = pooled + BORROWED * prior.shares
        total = pooled.sum(axis=1, keepdims=True)
        for grade in np.flatnonzero(total[:, 0] <= 0).tolist():
            raise ModelError(f"no story of the scorer's grade {grade} was coded")
        return cls(languages, table, pooled / total)

    @property
    def alphas(self) -> np.ndarray:
        """Dirichlet parameters, shape (languages + 1, 4, 4); the last is for any other language."""
        pooled = self.counts.sum(axis=0)
        return np.concatenate([self.counts, pooled[None]]) + BORROWED * self.shares

    @property
    def expected(self) -> np.ndarray:
        """Expected true fear (grade / 3) by language and scorer's grade, (languages + 1, 4)."""
        alphas = self.alphas
        mean: np.ndarray = (alphas @ _FEAR) / alphas.sum(axis=2)
        return mean

    def codes(self, languages: Sequence[str]) -> np.ndarray:
        """Position of each language in `alphas`; the last one where it has no counts."""
        place = {name: position for position, name in enumerate(self.languages)}
        return np.array([place.get(name, len(place)) for name in languages], dtype="int64")

    def as_dict(self) -> dict[str, Any]:
        """The counts as JSON-able values, for the constants of an index."""
        return {
            name: np.round(table, 3).tolist()
            for name, table in zip(self.languages, self.counts, strict=True)
        }


def shipped(path: Path = SHIPPED) -> ReadingErrors:
    """The errors of the shipped scorer, as counted before the release; the file says on what.

    Raises:
        ModelError: the file is damaged.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))["counts"]
    except (OSError, KeyError, ValueError) as error:
        raise ModelError(f"{path.name}: {error}") from error
    return ReadingErrors.from_counts(found)


def grade_of(fear: np.ndarray) -> np.ndarray:
    """The scorer's grade, 0-3, of each fear of 0-1 (relevance x fear, 0 where relief is larger).

    The nearest of 0, 1/3, 2/3, 1, but at least 1 where there is any: 0 means silent.
    """
    nearest = np.clip(np.floor((GRADES - 1) * fear + 0.5), 1, GRADES - 1)
    return np.where(fear > 0, nearest, 0).astype("int64")


def effective_counts(scored: np.ndarray, true: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Confusion of a weighted sample, in the numbers of stories that it is worth.

    Each row has its weighted shares and sums to Kish's effective sample size, (sum w)^2 / sum w^2:
    fifty stories of which one weighs as much as the others together tell little.

    Args:
        scored: the scorer's grades 0-3, shape (stories,).
        true: people's grades 0-3; means of several coders go to the nearest.
        weight: inclusion weights, positive.

    Returns:
        Shape (4, 4).
    """
    nearest = np.clip(np.floor(true + 0.5), 0, GRADES - 1).astype("int64")
    table, squares = np.zeros((GRADES, GRADES)), np.zeros(GRADES)
    np.add.at(table, (scored, nearest), weight)
    np.add.at(squares, scored, weight * weight)
    total = table.sum(axis=1)
    per_weight = np.divide(total, squares, out=np.zeros(GRADES), where=squares > 0)
    counts: np.ndarray = table * per_weight[:, None]
    return counts


def draw(
    errors: ReadingErrors,
    language_codes: np.ndarray,
    fear: np.ndarray,
    rng: np.random.Generator,
    draws: int,
) -> np.ndarray:
    """Factors that multiply each story's fear in each draw.

    Args:
        errors: the confusion.
        language_codes: of each story, as `errors.codes` gives them, shape (stories,).
        fear: relevance x fear of each story, 0-1, before novelty, shape (stories,).
        rng: the generator.
        draws: how many.

    Returns:
        Shape (draws, stories); each column has mean 1 over many draws, and is 1 throughout where
        the fear is 0.
    """
    grade = grade_of(fear)
    upper = _rows(errors.alphas, rng, draws).cumsum(axis=3).reshape(draws, -1, GRADES)
    row = language_codes * GRADES + grade
    chance = rng.random((draws, len(fear)))
    true = np.zeros((draws, len(fear)))
    for k in range(GRADES - 1):
        true += chance >= upper[:, row, k]
    expected = errors.expected[language_codes, grade]
    unknown = (grade == 0) | (expected <= 0)
    factors = true / (GRADES - 1) / np.where(unknown, 1.0, expected)
    factors[:, unknown] = 1.0
    return factors


def missed(
    errors: ReadingErrors,
    language_codes: np.ndarray,
    silent_relevant_counts: np.ndarray,
    rng: np.random.Generator,
    draws: int,
) -> np.ndarray:
    """Fear of stories that the scorer found silent, less its expectation, per member.

    Args:
        errors: the confusion.
        language_codes: of each member, as `errors.codes` gives them, shape (members,).
        silent_relevant_counts: how many stories of each have relevance above 0 and add no fear.
        rng: the generator.
        draws: how many.

    Returns:
        Shape (draws, members), in sums of fear before novelty; each column has mean 0 over many
        draws. A sum with it may lie a little below 0.
    """
    shares = _rows(errors.alphas[:, 0], rng, draws)[:, language_codes]
    found = rng.multinomial(silent_relevant_counts, shares)
    surplus: np.ndarray = (
        found @ _FEAR - silent_relevant_counts * errors.expected[language_codes, 0]
    )
    return surplus


def _rows(alphas: np.ndarray, rng: np.random.Generator, draws: int) -> np.ndarray:
    """Drawn rows, shape (draws, ...), along the last axis; independent gammas give a Dirichlet."""
    drawn = rng.standard_gamma(alphas, (draws, *alphas.shape))
    rows: np.ndarray = drawn / drawn.sum(axis=-1, keepdims=True)
    return rows


def _checked(language: str, rows: Sequence[Sequence[float]]) -> np.ndarray:
    try:
        table = np.array(rows, dtype="float64")
    except (TypeError, ValueError) as error:
        raise ModelError(f"counts of {language}: {error}") from error
    if table.shape != (GRADES, GRADES) or not (np.isfinite(table).all() and (table >= 0).all()):
        raise ModelError(f"counts of {language} must be 4 x 4 numbers, 0 or more")
    return table
