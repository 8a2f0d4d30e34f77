"""Masks as brush strokes: the bytes of Label Studio's own converter, and back without a loss."""

from __future__ import annotations

import sys
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from label_studio_sdk.converter import brush

from label_studio_orm.errors import InvalidInput, MissingPackage
from label_studio_orm.labeling.masks import decode_mask, encode_mask

SIZES = (3, 4, 8, 16)  # of the editor

Mask = np.ndarray[Any, Any]


def noise(height: int, width: int) -> Mask:
    return np.random.default_rng(7).integers(0, 256, (height, width), dtype=np.uint8)


def blobs(height: int, width: int) -> Mask:
    """Return overlapping discs."""
    random = np.random.default_rng(7)
    y, x = np.ogrid[:height, :width]
    mask = np.zeros((height, width), dtype=bool)
    for _ in range(20):
        centre_y, centre_x, radius = random.integers((height, width, min(height, width) // 4))
        mask |= (y - centre_y) ** 2 + (x - centre_x) ** 2 < radius**2
    return mask


def returned(mask: Mask) -> Mask:
    return decode_mask(encode_mask(mask), width=mask.shape[1], height=mask.shape[0])


def by_sdk(rle: list[int], *, width: int, height: int) -> Mask:
    return brush.decode_rle(rle).reshape(height, width, 4)[:, :, 3]


def rle_of(
    *blocks: tuple[int, list[int]], count: int, word: int = 8, sizes: tuple[int, ...] = SIZES
) -> list[int]:
    """Write an rle block by block: a run is (length, [value]), a raw block (0, values)."""
    bits = f"{count:032b}{word - 1:05b}" + "".join(f"{size - 1:04b}" for size in sizes)
    for run, values in blocks:
        length = (run or len(values)) - 1
        kind = next(place for place, size in enumerate(sizes) if length < 2**size)
        bits += f"{int(run > 0)}{kind:02b}{length:0{sizes[kind]}b}"
        bits += "".join(f"{value:0{word}b}" for value in values)
    bits += "0" * (-len(bits) % 8)
    return [int(bits[at : at + 8], 2) for at in range(0, len(bits), 8)]


def test_blobs_come_back_as_painted_and_not_painted() -> None:
    mask = blobs(200, 300)
    assert np.array_equal(returned(mask), np.where(mask, 255, 0))


def test_grey_values_come_back_as_they_were() -> None:
    mask = np.arange(256, dtype=np.uint8).reshape(8, 32)
    assert np.array_equal(returned(mask), mask)


def test_noise_comes_back_as_it_was() -> None:
    mask = noise(60, 40)
    assert np.array_equal(returned(mask), mask)


def test_what_comes_back_is_a_mask_of_bytes_that_can_be_changed() -> None:
    mask = returned(np.zeros((2, 3), dtype=bool))
    mask[1, 2] = 255
    assert (mask.dtype, mask.shape) == (np.uint8, (2, 3))


@pytest.mark.parametrize(
    "mask",
    [
        pytest.param(np.full((1, 1), 255), id="a single pixel"),
        pytest.param(np.zeros((30, 50), dtype=int), id="nothing painted"),
        pytest.param(np.full((30, 50), 255), id="all painted"),
        pytest.param(np.eye(9, dtype=int) * 255, id="a diagonal"),
        pytest.param(np.full((1, 16384), 255), id="one run of 65,536 values"),
        pytest.param(np.full((1, 16385), 255), id="one run of 65,540 values"),
        pytest.param(np.full((1, 32768), 255), id="one run of twice 65,536 values"),
        pytest.param(blobs(200, 300) * 255, id="blobs"),
        pytest.param(noise(60, 40).astype(int), id="noise"),
        pytest.param(np.asfortranarray(blobs(20, 30) * 255), id="columns first in memory"),
        pytest.param(np.repeat([[0, 9], [9, 0]], 500, axis=1)[:, ::3], id="every third column"),
    ],
)
def test_a_mask_is_the_same_to_the_last_bit_as_from_the_sdk(mask: Mask) -> None:
    rle = encode_mask(mask)
    height, width = mask.shape
    assert rle == brush.mask2rle(mask.astype(np.uint8))
    assert np.array_equal(by_sdk(rle, width=width, height=height), mask)
    assert np.array_equal(decode_mask(rle, width=width, height=height), mask)


@pytest.mark.parametrize("pixels", range(1, 80))
def test_runs_of_each_length_end_with_the_empty_bits_of_the_sdk(pixels: int) -> None:
    mask = np.array([[0] * pixels + [255] * 3], dtype=np.uint8)
    assert encode_mask(mask) == brush.mask2rle(mask)


@settings(max_examples=200, deadline=None)
@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=40)))
def test_any_mask_is_as_from_the_sdk_and_comes_back(mask: Mask) -> None:
    assert encode_mask(mask) == brush.mask2rle(mask)
    assert np.array_equal(returned(mask), mask)


def test_an_rle_is_a_list_of_plain_numbers_that_json_can_write() -> None:
    assert {type(number) for number in encode_mask(noise(5, 5))} == {int}


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "uint16", "int32", "int64", ">u2"])
def test_every_kind_of_whole_number_can_be_a_mask(dtype: str) -> None:
    mask = np.array([[0, 1], [1, 0]])
    painted = mask * 255 if dtype == "bool" else mask
    assert np.array_equal(returned(mask.astype(dtype)), painted)


def test_nested_lists_are_a_mask() -> None:
    assert decode_mask(encode_mask([[True, False]]), width=2, height=1).tolist() == [[255, 0]]


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.zeros((2, 2), dtype=float), "not float64. For scores, pass mask > 0.5."),
        (np.zeros((2, 2), dtype=object), "not object."),
        ([["a"]], "not <U1."),
        (np.array([[0, 256]]), "0 to 255, not 0 to 256. To paint all but 0, pass mask !="),
        (np.array([[-1, 0]]), "0 to 255, not -1 to 0"),
        (np.zeros(4, dtype=bool), r"(height, width), not (4,)."),
        (np.zeros((2, 2, 4), dtype=np.uint8), "not (2, 2, 4). Select one channel: mask[:, :, 3]"),
        (np.zeros((0, 0), dtype=bool), "1 to 1,073,741,823 pixels, not the shape (0, 0)"),
        (np.zeros((3, 0), dtype=bool), "not the shape (3, 0)"),
        ([[1, 2], [3]], "must be an array (height, width):"),
        (None, "(height, width), not ()."),
    ],
)
def test_an_invalid_mask_is_refused(mask: Any, message: str) -> None:
    with pytest.raises(InvalidInput) as error:
        encode_mask(mask)
    assert message in str(error.value)


def test_a_mask_too_large_for_the_format_is_refused_before_it_is_read() -> None:
    huge = np.broadcast_to(np.zeros((1, 1), dtype=bool), (2**15, 2**15))
    with pytest.raises(InvalidInput, match=r"1 to 1,073,741,823 pixels"):
        encode_mask(huge)


def test_the_raw_blocks_of_the_editor_are_read() -> None:
    values = list(range(24))
    rle = rle_of((0, values[:1]), (0, values[1:11]), (6, [77]), (0, values[17:]), count=24)
    mask = decode_mask(rle, width=3, height=2)
    assert mask.tolist() == [[3, 7, 77], [77, 19, 23]]
    assert np.array_equal(mask, by_sdk(rle, width=3, height=2))


def test_alpha_is_read_and_not_the_colour_of_the_stroke() -> None:
    colour = [10, 20, 30]
    rle = rle_of((0, [*colour, 255, *colour, 0, *colour, 128]), count=12)
    assert decode_mask(rle, width=3, height=1).tolist() == [[255, 0, 128]]


def test_a_run_may_start_and_end_within_a_pixel() -> None:
    rle = rle_of((3, [1]), (1, [2]), (6, [3]), (2, [4]), count=12)
    assert decode_mask(rle, width=3, height=1).tolist() == [[2, 3, 4]]


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (1, 5, 9, 13), (16, 16, 16, 16), (2, 3, 1, 16)])
@pytest.mark.parametrize("word", [1, 2, 7, 9, 16, 31, 32])
def test_values_and_lengths_may_have_any_size(word: int, sizes: tuple[int, ...]) -> None:
    blocks = [(0, [0, 1]), (2, [1]), (0, [1]), (1, [0]), (2, [1]), (0, [0, 0]), (2, [1])]
    rle = rle_of(*blocks, count=12, word=word, sizes=sizes)
    mask = decode_mask(rle, width=1, height=3)
    assert np.array_equal(mask, by_sdk(rle, width=1, height=3))


@st.composite
def written(draw: st.DrawFn) -> tuple[list[int], int]:
    """Return an rle of any blocks, and how many pixels it has."""
    word = draw(st.integers(1, 32))
    value = st.integers(0, min(2**word - 1, 255))
    run = st.tuples(st.integers(1, 2000), st.lists(value, min_size=1, max_size=1))
    raw = st.tuples(st.just(0), st.lists(value, min_size=1, max_size=300))
    blocks = draw(st.lists(run | raw, max_size=30))
    count = sum(length or len(values) for length, values in blocks)
    blocks += [(4 - count % 4, [0])]  # whole pixels
    count += 4 - count % 4
    sizes = (*draw(st.tuples(*[st.integers(1, 16)] * 3)), 16)
    return rle_of(*blocks, count=count, word=word, sizes=sizes), count // 4


@settings(max_examples=200, deadline=None)
@given(written())
def test_the_sdk_reads_any_blocks_the_same(case: tuple[list[int], int]) -> None:
    rle, pixels = case
    mask = decode_mask(rle, width=pixels, height=1)
    assert np.array_equal(mask, by_sdk(rle, width=pixels, height=1))


def test_bytes_behind_the_last_block_are_passed_over() -> None:
    mask = noise(3, 3)
    rle = [*encode_mask(mask), 255, 0, 7]
    assert np.array_equal(decode_mask(rle, width=3, height=3), mask)


def test_bytes_and_arrays_are_an_rle_too() -> None:
    mask = noise(3, 3)
    rle = encode_mask(mask)
    for same in (bytes(rle), np.array(rle), tuple(rle)):
        assert np.array_equal(decode_mask(same, width=3, height=3), mask)


def test_an_rle_that_is_cut_off_anywhere_is_refused() -> None:
    rle = encode_mask(noise(5, 6))
    for length in range(len(rle) - 2):  # the last bytes may be empty
        with pytest.raises(InvalidInput, match="The RLE is truncated"):
            decode_mask(rle[:length], width=6, height=5)


def test_the_error_has_the_length_of_a_truncated_rle() -> None:
    rle = rle_of((8, [255]), (0, [1, 2, 3, 4]), count=12)
    with pytest.raises(InvalidInput, match=r"truncated: it has 8 of its 12 values\."):
        decode_mask(rle[:-1], width=3, height=1)


@pytest.mark.parametrize(("width", "needed"), [(2, 16), (4, 32)])
def test_a_size_that_is_not_that_of_the_rle_is_refused(width: int, needed: int) -> None:
    rle = encode_mask(np.zeros((2, 3), dtype=bool))
    with pytest.raises(InvalidInput, match=rf"24 values, but {width}×2 pixels have {needed}, four"):
        decode_mask(rle, width=width, height=2)


@pytest.mark.parametrize("width", [0, -3, 2.0, None, "3"])
def test_a_width_is_a_whole_number(width: Any) -> None:
    rle = encode_mask(np.zeros((2, 3), dtype=bool))
    with pytest.raises(InvalidInput, match="width must be a positive integer, not"):
        decode_mask(rle, width=width, height=2)


def test_a_size_that_no_number_can_be_shown_of_is_refused() -> None:
    rle, side = encode_mask(np.zeros((2, 3), dtype=bool)), 10**4299
    with pytest.raises(InvalidInput, match="width × height must be at most 1,073,741,823 pixels"):
        decode_mask(rle, width=side, height=side)


def test_whole_numbers_of_numpy_are_a_size() -> None:
    rle = encode_mask(np.zeros((300, 200), dtype=bool))
    assert decode_mask(rle, width=np.uint8(200), height=np.int16(300)).shape == (300, 200)


def test_a_header_that_counts_gigabytes_allocates_no_memory() -> None:
    tracemalloc.start()
    try:
        for width in (3, 2**28 - 1):  # a size that is wrong, and one that is as the head says
            with pytest.raises(InvalidInput):
                decode_mask(rle_of((9, [1]), count=2**32 - 16), width=width, height=4)
        assert tracemalloc.get_traced_memory()[1] < 10**6
    finally:
        tracemalloc.stop()


def test_blocks_with_more_values_than_the_header_counts_are_refused() -> None:
    rle = rle_of((7, [1]), (9, [2]), count=12)
    with pytest.raises(InvalidInput, match="its header counts 12 values, but no block ends th"):
        decode_mask(rle, width=3, height=1)


def test_values_too_great_for_alpha_are_refused() -> None:
    rle = rle_of((4, [256]), count=4, word=9)
    with pytest.raises(InvalidInput, match="must be 0 to 255, not 256"):
        decode_mask(rle, width=1, height=1)


@pytest.mark.parametrize("rle", ["text", [1, 256], [-1], [0.5], {"0": 1}, None, 10**15])
def test_an_invalid_list_of_bytes_is_refused(rle: Any) -> None:
    with pytest.raises(InvalidInput, match=r"rle must be a list of integers from 0 to 255"):
        decode_mask(rle, width=1, height=1)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 2**21 - 1))
def test_nonsense_is_refused_or_read_and_nothing_else(junk: bytes, sizes: int) -> None:
    head = (64 << 24 | sizes << 3).to_bytes(7, "big")
    try:
        mask = decode_mask(head + junk, width=4, height=4)
    except InvalidInput:
        return
    assert np.array_equal(mask, by_sdk(list(head + junk), width=4, height=4))


@pytest.mark.parametrize("call", [encode_mask, lambda rle: decode_mask(rle, width=1, height=1)])
def test_without_numpy_the_error_names_the_extra(
    call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(MissingPackage, match=r"pip install 'label-studio-orm\[masks\]'"):
        call([[1]])


def test_a_block_after_the_last_value_is_ignored() -> None:
    rle = rle_of((16, [255]), (8, [0]), count=16)
    assert decode_mask(rle, width=2, height=2).tolist() == [[255, 255], [255, 255]]


def test_the_length_of_a_raw_block_is_read_far_from_the_start() -> None:
    runs = [(4, [value % 256]) for value in range(200)]
    rle = rle_of(*runs, (0, [*range(1, 41)]), count=840)
    assert decode_mask(rle, width=210, height=1)[0, 200:].tolist() == [*range(4, 41, 4)]


def test_the_largest_size_is_accepted_if_the_rle_has_it() -> None:
    rle = encode_mask(np.ones((1, 1), dtype=bool))
    with pytest.raises(InvalidInput, match="1073741823×1 pixels have 4,294,967,292"):
        decode_mask(rle, width=2**30 - 1, height=1)
