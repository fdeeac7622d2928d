from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.common.batches import MAX_ENTRIES, batches


@given(st.lists(st.integers(min_value=1, max_value=130), max_size=40))
def test_no_batch_exceeds_a_call_and_none_is_needlessly_small(sizes: list[int]):
    made = list(batches(sizes, lambda size: size, 100))
    assert [size for batch in made for size in batch] == sizes
    for batch, following in pairwise(made):
        assert len(batch) == MAX_ENTRIES or sum(batch) + following[0] > 100
    assert all(len(batch) == 1 or (len(batch) <= MAX_ENTRIES and sum(batch) <= 100) for batch in made)
