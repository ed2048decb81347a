from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from bubblefear.report.plot_labels import place, text_width

WIDTH = 860.0
WORDS = ("2025-11-20", "Lenders doubt the data-centre debt of …")


def test_a_lone_label_reads_to_the_right_in_the_first_row() -> None:
    (flag,) = place([(100.0, WORDS)], WIDTH)
    assert (flag.row, flag.side) == (0, 1)


def test_at_the_right_edge_it_reads_to_the_left() -> None:
    (flag,) = place([(WIDTH, WORDS)], WIDTH)
    assert flag.side == -1
    assert flag.span[0] > 0


def test_without_room_the_least_important_goes() -> None:
    narrow = text_width(WORDS) + 20
    found = place([(10.0, WORDS), (narrow / 2, WORDS)], narrow)
    assert [flag.x for flag in found] == [10.0]
    assert place([(10.0, WORDS)], 50) == []
    assert place([], WIDTH) == []


def test_a_wide_character_takes_two_columns() -> None:
    assert text_width(("泡沫",)) == text_width(("abcd",))


@settings(deadline=None)  # where nothing fits, every place is tried
@given(
    st.lists(
        st.tuples(st.floats(0, WIDTH), st.integers(1, 40).map(lambda n: ("2025-11-20", "x" * n))),
        max_size=5,
        unique_by=lambda pair: round(pair[0]),
    ),
    st.integers(0, 99),
)
def test_labels_lie_inside_and_on_nothing(
    wanted: list[tuple[float, tuple[str, ...]]], seed: int
) -> None:
    random.Random(seed).shuffle(wanted)
    found = place(wanted, WIDTH)
    assert len(found) <= len(wanted)
    for flag in found:
        far = flag.x + flag.side * text_width(flag.lines)
        assert 0 <= far <= WIDTH
        for other in found:
            if other is flag:
                continue
            low, high = flag.span
            if other.row == flag.row:
                assert other.span[1] <= low or high <= other.span[0]
            elif other.row < flag.row:  # its leader comes down past this text
                assert not low < other.x < high
