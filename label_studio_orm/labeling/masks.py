"""Run-length encoding of brush masks: the RGBA bytes of the image.

An RLE is a bit stream. Its header has the number of values, the bits per value and four sizes of
lengths. Blocks follow: one bit (run or raw), two bits that select one of the sizes, the length
minus one in that many bits, and one value (run) or `length` values (raw). The editor uses only the
alpha channel; the mask is written to all four. The format is `rle-pack` of https://github.com/thi-ng/umbrella.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ..errors import InvalidInput
from ..extras import import_extra

if TYPE_CHECKING:
    import numpy
    from numpy.typing import ArrayLike, NDArray

    Ints: TypeAlias = NDArray[numpy.int64]

CHANNELS = 4
LARGEST = 2**32 // CHANNELS - 1  # pixels: the header counts values in 32 bits

WORD = 8
SIZES = (3, 4, 8, 16)
LONGEST_RUN = 2 ** SIZES[-1]
HEAD = 0b00111_0010_0011_0111_1111  # WORD and SIZES, each minus one
HEAD_WIDTH = 5 + 4 * len(SIZES)
START = 32 + HEAD_WIDTH  # where the blocks begin

MARGIN = bytes(8)  # padding, so that reads near the end get whole bytes


class _Head(NamedTuple):
    """The header of an RLE."""

    values: int
    word: int
    sizes: tuple[int, ...]


class _Blocks(NamedTuple):
    """Blocks of an RLE: the bit offset of the values, the length, and whether it is a run."""

    at: Ints
    lengths: Ints
    runs: NDArray[numpy.bool_]


def encode_mask(mask: ArrayLike) -> list[int]:
    """Encode a mask (height, width) as the RLE of a brush region.

    True is painted. Integers are alpha, 0 to 255: 1 is painted, but hardly visible.

    >>> import numpy
    >>> mask = numpy.zeros((2, 3), dtype=bool)
    >>> mask[1, 2] = True
    >>> encode_mask(mask)
    [0, 0, 0, 24, 57, 27, 254, 19, 0, 143, 252]
    """
    np = _numpy()
    values, lengths = _runs(as_alpha(mask).ravel())
    codes, widths = _codes(values, lengths * CHANNELS)
    codes = np.concatenate([[lengths.sum() * CHANNELS, HEAD], codes])
    bits = _bits(codes, np.concatenate([[32, HEAD_WIDTH], widths]))
    # Like Label Studio's own converter, end with 1 to 8 empty bits, never with none.
    rle: list[int] = np.packbits(np.append(bits, np.uint8(0))).tolist()
    return rle


def decode_mask(rle: Iterable[int], *, width: int, height: int) -> NDArray[numpy.uint8]:
    """Decode the RLE of a brush region to its alpha channel: uint8, (height, width).

    >>> import numpy
    >>> rle = encode_mask(numpy.eye(2, dtype=bool))
    >>> decode_mask(rle, width=2, height=2).tolist()
    [[255, 0], [0, 255]]
    """
    np = _numpy()
    data = _bytes(rle)
    head = head_of(data)
    _check_size(head.values, width, height)
    values, lengths = _words(data, head.word, _blocks(data, head))
    # A run from s to e holds the alpha of e//4 - s//4 pixels.
    pixels = np.diff(lengths.cumsum() // CHANNELS, prepend=0)
    alpha: NDArray[numpy.uint8] = np.repeat(_as_alpha(values), pixels).reshape(height, width)
    return alpha


def _numpy() -> Any:
    return import_extra("numpy", "masks")


def as_alpha(mask: ArrayLike) -> NDArray[numpy.uint8]:
    """Return a mask as uint8 (height, width), checked; True is 255."""
    np = _numpy()
    try:
        given: NDArray[Any] = np.asarray(mask)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"A mask must be an array (height, width): {error}") from error
    _check_shape(given.shape)
    if given.dtype.kind == "b":
        return given.astype("uint8") * 255
    _check_values(given)
    return given.astype("uint8")


def resize_mask(mask: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    """Return a mask resized to (width, height) by nearest neighbor."""
    np = _numpy()
    height, width = mask.shape
    rows = (2 * np.arange(size[1]) + 1) * height // (2 * size[1])
    columns = (2 * np.arange(size[0]) + 1) * width // (2 * size[0])
    found: NDArray[Any] = mask[rows[:, None], columns]
    return found


def _check_shape(shape: tuple[int, ...]) -> None:
    if len(shape) != 2:
        hint = " Select one channel: mask[:, :, 3] is alpha." if shape[2:] == (CHANNELS,) else ""
        raise InvalidInput(f"A mask must have the shape (height, width), not {shape}.{hint}")
    if not 0 < shape[0] * shape[1] <= LARGEST:
        raise InvalidInput(f"A mask must have 1 to {LARGEST:,} pixels, not the shape {shape}.")


def _check_values(mask: NDArray[Any]) -> None:
    if mask.dtype.kind not in "iu":
        hint = " For scores, pass mask > 0.5." if mask.dtype.kind == "f" else ""
        message = f"A mask must be of bool or integers from 0 to 255, not {mask.dtype}.{hint}"
        raise InvalidInput(message)
    low, high = int(mask.min()), int(mask.max())
    if low < 0 or high > 255:
        message = f"The values of a mask must be 0 to 255, not {low} to {high}."
        raise InvalidInput(f"{message} To paint all but 0, pass mask != 0.")


def _runs(flat: NDArray[numpy.uint8]) -> tuple[NDArray[numpy.uint8], Ints]:
    """Return the value and the length of each run of equal values."""
    np = _numpy()
    last = np.append(np.flatnonzero(flat[1:] != flat[:-1]), flat.size - 1)
    return flat[last], np.diff(last, prepend=-1)


def _codes(values: NDArray[numpy.uint8], lengths: Ints) -> tuple[Ints, Ints]:
    """Return a block for each run, as an integer and its width in bits.

    No run has a single value, which would be raw: a pixel has four values.
    """
    np = _numpy()
    pieces = -(-lengths // LONGEST_RUN)
    # The last piece of a long run has the size of the others, however short it is.
    kinds = np.searchsorted(2 ** np.array(SIZES[:-1]), lengths).repeat(pieces)
    sizes = np.array(SIZES)[kinds]
    heads = (0b100 | kinds) << sizes | _split(lengths, pieces) - 1
    return heads << WORD | values.repeat(pieces), 3 + sizes + WORD


def _split(lengths: Ints, pieces: Ints) -> Ints:
    """Return the lengths of the pieces: all the longest but the last."""
    np = _numpy()
    split: Ints = np.full(pieces.sum(), LONGEST_RUN)
    split[pieces.cumsum() - 1] = lengths - LONGEST_RUN * (pieces - 1)
    return split


def _bits(codes: Ints, widths: Ints) -> NDArray[numpy.uint8]:
    """Concatenate numbers, each in its number of bits, at most 32."""
    np = _numpy()
    bits = np.unpackbits(codes.astype(">u4").view(np.uint8)).reshape(-1, 32)
    kept = np.arange(32, dtype=np.int8) >= (32 - widths).astype(np.int8)[:, None]
    written: NDArray[numpy.uint8] = bits[kept]
    return written


def _bytes(rle: Iterable[int]) -> bytes:
    try:
        return bytes(iter(rle))
    except (TypeError, ValueError) as error:
        message = "rle must be a list of integers from 0 to 255, as in result['value']['rle']"
        raise InvalidInput(f"{message}: {error}.") from error


def head_of(data: bytes) -> _Head:
    """Parse the header of an RLE."""
    if len(data) * 8 < START:
        raise InvalidInput(
            f"The RLE is truncated: it has {len(data)} bytes, fewer than the 7 of its header."
        )
    head = int.from_bytes(data[:7], "big")
    sizes = tuple((head >> shift & 15) + 1 for shift in (15, 11, 7, 3))
    return _Head(head >> 24, (head >> 19 & 31) + 1, sizes)


def _check_size(count: int, width: int, height: int) -> None:
    """Compare the header with the size, before memory is allocated for either."""
    whole = (int, _numpy().integer)
    for name, side in (("width", width), ("height", height)):
        if not isinstance(side, whole) or side < 1:
            raise InvalidInput(f"{name} must be a positive integer, not {side!r}.")
    pixels = int(width) * int(height)
    if pixels > LARGEST:  # perhaps too long a number to format
        raise InvalidInput(f"width × height must be at most {LARGEST:,} pixels.")
    expected = pixels * CHANNELS
    if count != expected:
        message = f"The RLE has {count:,} values, but {width}×{height} pixels have {expected:,}"
        hint = "Pass the result's original_width and original_height."
        raise InvalidInput(f"{message}, four each. {hint}")


def _blocks(data: bytes, head: _Head) -> _Blocks:
    """Return the blocks of the values that the header counts."""
    np = _numpy()
    bounds = np.array(_bounds(data, head))
    starts = bounds[:-1][bounds[1:] <= len(data) * 8]  # a truncated block is none
    sizes = np.array(head.sizes)[_read(data, starts + 1, 2)]
    lengths = _read(data, starts + 3, sizes) + 1
    used = slice(_block_count(lengths, head.values))
    return _Blocks((starts + 3 + sizes)[used], lengths[used], _read(data, starts[used], 1) == 1)


def _bounds(data: bytes, head: _Head) -> list[int]:
    """Return the bit offset of each block, and of the end.

    Only raw blocks have to be read: the first three bits of a run determine its width.
    """
    marks = _marks(data)
    runs = [3 + size + head.word for size in head.sizes]
    at, bounds = START, [START]
    while at < len(marks):
        mark = marks[at]
        at += runs[mark & 3] if mark & 4 else _raw_width(data, at + 3, head.sizes[mark], head.word)
        bounds.append(at)
    return bounds


def _marks(data: bytes) -> bytes:
    """Return for each bit the number that it forms with the next two."""
    np = _numpy()
    bits = np.unpackbits(np.frombuffer(data + MARGIN, np.uint8))
    marks = bits[:-2] << 2 | bits[1:-1] << 1 | bits[2:]
    found: bytes = marks[: len(data) * 8].tobytes()
    return found


def _raw_width(data: bytes, at: int, size: int, word: int) -> int:
    """Return the width in bits of a raw block whose length is at a bit offset."""
    window = data[at // 8 : at // 8 + 3].ljust(3, b"\0")
    length = (int.from_bytes(window, "big") >> (24 - at % 8 - size)) % (1 << size) + 1
    return 3 + size + length * word


def _block_count(lengths: Ints, count: int) -> int:
    """Return the number of blocks that contain `count` values."""
    ends = lengths.cumsum()
    last = int(ends.searchsorted(count))
    if last == len(ends):
        there = int(ends[-1]) if len(ends) else 0
        raise InvalidInput(f"The RLE is truncated: it has {there:,} of its {count:,} values.")
    if ends[last] != count:
        message = f"The RLE is invalid: its header counts {count:,} values, but no block ends there"
        raise InvalidInput(f"{message}. Was it changed, or concatenated from two?")
    return last + 1


def _words(data: bytes, word: int, blocks: _Blocks) -> tuple[Ints, Ints]:
    """Return the values, and how often each one is repeated."""
    np = _numpy()
    written = np.where(blocks.runs, 1, blocks.lengths)
    first = blocks.at - (written.cumsum() - written) * word
    at = first.repeat(written) + np.arange(written.sum()) * word
    lengths = np.where(blocks.runs, blocks.lengths, 1).repeat(written)
    return _read(data, at, word), lengths


def _read(data: bytes, at: Ints, width: Ints | int) -> Ints:
    """Return the integers at bit offsets, each of a width of at most 32 bits."""
    np = _numpy()
    source = np.frombuffer(data + MARGIN, np.uint8)
    window = np.zeros(len(at), dtype=np.int64)
    for byte in range(5):  # 32 bits from inside a byte span five
        window = window << 8 | source[at // 8 + byte]
    values: Ints = window >> (40 - at % 8 - width) & (1 << width) - 1
    return values


def _as_alpha(values: Ints) -> NDArray[numpy.uint8]:
    if values.max() > 255:
        raise InvalidInput(
            f"The values of an RLE must be 0 to 255, not {values.max()}. Is it of a mask?"
        )
    return values.astype("uint8")
