"""Barunik-Krehlik: the published band, and bands that add up to the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from models.errors import ModelError
from models.transmission.connectedness import Connectedness
from models.transmission.frequency_bands import FrequencyBands

if TYPE_CHECKING:
    from pathlib import Path

    from models.transmission.variance_shares import Method


def frame_of(n: int = 400, slow: float = 0.0, seed: int = 1) -> pd.DataFrame:
    """The second follows the first: at once, or through an average of long memory."""
    rng = np.random.default_rng(seed)
    first, second = rng.standard_normal((2, n))
    memory = np.zeros(n)
    for row in range(1, n):
        memory[row] = 0.95 * memory[row - 1] + first[row - 1]
    return pd.DataFrame({"a": first, "b": second + slow * memory + (0.5 - slow) * first})


def test_published_band(shared_data: Path) -> None:
    """R package frequencyConnectedness: the band from pi/4 to pi of 101 points."""
    frame = pd.read_csv(shared_data / "anchors" / "example_sim_600.csv")
    found = FrequencyBands(frame, (1, 4, np.inf), lags=2, points=101).fit()
    expected = [[0.14, 0.28, 0.53], [0.09, 2.30, 4.81], [0.04, 0.04, 29.86]]
    assert found.bands[0].table.to_numpy() == pytest.approx(np.array(expected), abs=0.005)


@pytest.mark.parametrize("method", ["generalized", "cholesky"])
@pytest.mark.parametrize("points", [100, 101])
def test_bands_add_up_to_the_table(method: Method, points: int) -> None:
    frame = frame_of()
    found = FrequencyBands(frame, lags=3, points=points, method=method).fit()
    whole = Connectedness(frame, 3, points, method).fit()
    assert found.table.to_numpy() == pytest.approx(whole.table.to_numpy())
    assert found.total == pytest.approx(whole.total)
    table = found.to_frame()
    assert table["weight"].sum() == pytest.approx(100)
    assert (table["within"] * table["weight"]).to_numpy() == pytest.approx(
        100 * table["absolute"].to_numpy()
    )
    assert list(table.index) == ["1-5", "5-20", "20-inf"]


def test_slow_transmission_is_found_among_the_slow() -> None:
    quick = FrequencyBands(frame_of(3000), lags=2).fit().bands
    slow = FrequencyBands(frame_of(3000, slow=0.5), lags=2).fit().bands
    assert quick[0].table.loc["b", "a"] > 3 * quick[2].table.loc["b", "a"]
    assert slow[2].table.loc["b", "a"] > 2 * slow[0].table.loc["b", "a"]


def test_noise_lies_in_bands_by_their_width() -> None:
    """White noise has the same variance at every frequency: 1-5 is four fifths of them."""
    noise = pd.DataFrame(np.random.default_rng(2).standard_normal((20_000, 2)))
    found = FrequencyBands(noise, lags=1).fit()
    assert [band.weight for band in found.bands] == pytest.approx([80, 15, 5], abs=1.5)


def test_result_shows_itself() -> None:
    found = FrequencyBands(frame_of()).fit()
    assert "101 Fourier points" in found.summary()
    assert "<table" in found._repr_html_()


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ((1.0, np.inf, 5.0), "ascend"),
        ((2.0, np.inf), "ascend from 1"),
        ((1.0, 20.0), "to infinity"),
        ((1.0,), "ascend"),
        ((1.0, 1.001, np.inf), None),
        ((1.0, 30.0, 31.0, np.inf), "no Fourier point of 101 lies between 30 and 31"),
    ],
)
def test_bounds(bounds: tuple[float, ...], said: str | None) -> None:
    if said is None:  # the highest point alone
        assert FrequencyBands(frame_of(), bounds).fit().bands[0].weight > 0
        return
    with pytest.raises(ModelError, match=said):
        FrequencyBands(frame_of(), bounds).fit()


def test_bad_input_is_one_line() -> None:
    good = frame_of(100)
    holes = good.mask(good.index.to_series().isin([3, 4]), axis=0)
    bad = {
        "no finite value in 2 rows: 3, 4": holes,
        "b is constant": good.assign(b=1.0),
        "2 rows where": good.iloc[:2],
        "no finite value in 100 rows": pd.concat([good["a"][:50], good["b"][50:]], axis=1),
        "out of order at ": good.iloc[::-1],
        "double: 1 rows: 7": good.rename(index={8: 7}),
    }
    for said, frame in bad.items():
        with pytest.raises(ModelError, match=said) as caught:
            FrequencyBands(frame).fit()
        assert "\n" not in str(caught.value)


def test_a_point_on_a_bound_belongs_to_the_quicker_band() -> None:
    """The tenth of fifty is pi/5 exactly, whatever its last binary digit."""
    frame = frame_of()
    on_it = FrequencyBands(frame, (1, 5, np.inf)).fit().bands[0].weight
    below = FrequencyBands(frame, (1, 5.001, np.inf)).fit().bands[0].weight
    above = FrequencyBands(frame, (1, 4.999, np.inf)).fit().bands[0].weight
    assert on_it == below > above
