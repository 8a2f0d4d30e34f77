"""Brush masks on images."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen
from attrs.converters import optional

from ...errors import InvalidInput
from ..masks import as_alpha, decode_mask, encode_mask, resize_mask
from .coerce import Size, as_bytes, as_size
from .shapes import EMPTY, Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray


@frozen(repr=False)
class Brush(Shape):
    """A painted region: a mask of the image's size, 0 where it is empty.

    Pass a numpy array (height, width) of bool, of 0 and 1, or of 0 to 255, or the editor's own run
    lengths (`rle`) with the image's `size`. Arrays need the extra `label-studio-orm[masks]`.
    `resize=True` stretches a mask of another size to that of the image.
    """

    _mask: Any = field(kw_only=True, default=None, eq=False, repr=False)
    rle: tuple[int, ...] = field(kw_only=True, default=(), converter=as_bytes, repr=False)
    size: Size | None = field(kw_only=True, default=None, converter=optional(as_size))
    resize: bool = field(kw_only=True, default=False, converter=bool, eq=False, repr=False)
    # Whether `size` is that of the mask, because the image's is unknown.
    _measured: bool = field(default=False, kw_only=True, alias="_measured", eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if (self._mask is None) == (not self.rle):
            raise InvalidInput(
                "A Brush must have either mask=, a numpy array, or rle=, the editor's run lengths."
            )
        if self._mask is not None:
            self._write(as_alpha_mask(self._mask))

    def _write(self, alpha: NDArray[Any]) -> None:
        """Store a mask as run lengths, since the array may change."""
        object.__setattr__(self, "_measured", self.size is None)
        object.__setattr__(self, "_mask", None)
        alpha = alpha if self.size is None else fit_to_size(alpha, self.size, resize=self.resize)
        object.__setattr__(self, "rle", tuple(encode_mask(alpha)))
        object.__setattr__(self, "size", as_size(alpha.shape[::-1]))

    def _superseded(self, changed: Set[str]) -> Mapping[str, Any]:
        """Reset the run lengths of a mask that is replaced."""
        return EMPTY if "mask" not in changed else {"rle": ()}

    @property
    def mask(self) -> NDArray[Any]:
        """The mask as a numpy array (height, width) of 0 to 255."""
        if self.size is None:
            raise InvalidInput("The mask of a Brush needs the image's size=(width, height).")
        return decode_mask(self.rle, width=self.size[0], height=self.size[1])

    def value(self) -> dict[str, Any]:
        """Return the value for the server: run lengths."""
        return {"format": "rle", "rle": list(self.rle)}


def as_alpha_mask(mask: Any) -> NDArray[Any]:
    """Return a mask with values 0 to 255; refuse an empty one."""
    alpha = as_alpha(mask)
    if not alpha.any():
        raise InvalidInput("mask must have at least one pixel that is not 0.")
    return alpha * 255 if alpha.max() == 1 else alpha


def fit_to_size(alpha: NDArray[Any], size: Size, *, resize: bool) -> NDArray[Any]:
    """Return a mask that has the image's size."""
    height, width = alpha.shape
    if (width, height) == size:
        return alpha
    if not resize:
        raise InvalidInput(
            f"The mask has {width}×{height} pixels, the image {size[0]}×{size[1]}: pass a mask "
            "of the image's size, or resize=True to stretch it."
        )
    return as_alpha_mask(resize_mask(alpha, size))


def with_image_size(brush: Brush, size: Size) -> Brush:
    """Return a brush with an image size, unless it has one."""
    if brush.size is None:
        return evolve(brush, size=size)
    if not brush._measured:
        return brush
    if size == brush.size:
        return evolve(brush, _measured=False)
    alpha = fit_to_size(brush.mask, size, resize=brush.resize)
    return evolve(brush, rle=encode_mask(alpha), size=size, _measured=False)
