from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.market_data.domain import lines as module
from services.market_data.domain.lines import MAX_LINE_BYTES, split_lines

TEXTS = st.lists(st.sampled_from([b"", b"a", b"bb\r", b"ccc"]), max_size=12).map(b"\n".join)


def chunks_of(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


@given(TEXTS, st.integers(1, 7))
def test_lines_are_the_same_however_the_stream_is_cut_into_chunks(content: bytes, size: int):
    lines = list(split_lines(chunks_of(content, size)))
    expected = content.split(b"\n")
    assert [line.text for line in lines] == (expected if expected[-1] else expected[:-1])
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert all(content[earlier.end : later.end].rstrip(b"\n") == later.text for earlier, later in pairwise(lines))


@pytest.mark.requirement("MD-4", "ALL-14")
@given(TEXTS, st.integers(1, 7), st.data())
def test_from_behind_any_line_the_rest_comes_as_before(content: bytes, size: int, data: st.DataObject):
    lines = list(split_lines(chunks_of(content, size)))
    cut = data.draw(st.integers(0, len(lines)))
    offset = lines[cut - 1].end if cut else 0
    assert list(split_lines(chunks_of(content[offset:], size), offset, cut)) == lines[cut:]


@pytest.mark.requirement("MD-4")
@given(st.lists(st.integers(0, 20), max_size=8), st.integers(1, 9))
def test_a_line_beyond_the_limit_is_told_without_its_text(lengths: list[int], size: int):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "MAX_LINE_BYTES", 8)
        content = b"".join(b"x" * length + b"\n" for length in lengths)
        lines = list(split_lines(chunks_of(content, size)))
    assert [line.text for line in lines] == [b"x" * length if length <= 8 else None for length in lengths]
    assert [line.end for line in lines] == [sum(lengths[: n + 1]) + n + 1 for n in range(len(lengths))]


def test_an_endless_last_line_is_told_too():
    (line,) = split_lines([b"x" * MAX_LINE_BYTES, b"x" * 10])
    assert (line.text, line.end) == (None, MAX_LINE_BYTES + 10)
