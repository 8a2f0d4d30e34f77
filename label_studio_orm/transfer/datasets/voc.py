"""Pascal VOC: an XML file with boxes for each image."""

from __future__ import annotations

from xml.etree import ElementTree

from attrs import define

from .annotation_parts import BOX, Region, Size
from .output import ANNOTATIONS, IMAGES, encoded, label_path
from .picture import UNKNOWN_SIZE, Picture
from .writer import Writer

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
ALL_CHANNELS = "3"  # the server's value for unknown files


@define
class Voc(Writer):
    """Writes a Pascal VOC dataset."""

    name = "VOC"
    holds = "boxes"
    unlabeled = "its image has no .xml file"
    label_folder = ANNOTATIONS

    def add(self, picture: Picture) -> None:
        """Write the file of an annotated image."""
        boxes = [region for region in picture.regions if self._is_supported(region, picture)]
        size = picture.size
        if picture.annotated and size:
            root = self._head(picture, size)
            for region in boxes:
                self._object(root, region, picture, size)
            ElementTree.indent(root, "")
            content = DECLARATION + ElementTree.tostring(root, encoding="unicode")
            self.write(label_path(picture.name, ANNOTATIONS), encoded(content))

    def finish(self) -> None:
        """Do nothing: VOC has no common files."""

    def _is_supported(self, region: Region, picture: Picture) -> bool:
        if region.kind != BOX:
            picture.leave_out(region.kind, "VOC supports boxes")
        elif picture.size is None:
            picture.leave_out(BOX, f"VOC needs pixels, and {UNKNOWN_SIZE}")
        return region.kind == BOX and picture.size is not None

    def _head(self, picture: Picture, size: Size) -> ElementTree.Element:
        root = ElementTree.Element("annotation")
        _add(root, folder=IMAGES, filename=picture.name)
        source = {"database": "MyDatabase", "annotation": "COCO2017", "image": "flickr"}
        annotator = {"flickrid": "NULL", "annotator": str(picture.annotator or "")}
        _add(ElementTree.SubElement(root, "source"), **source, **annotator)
        _add(ElementTree.SubElement(root, "owner"), flickrid="NULL", name="Label Studio")
        width, height = map(str, size)
        _add(ElementTree.SubElement(root, "size"), width=width, height=height, depth=ALL_CHANNELS)
        _add(root, segmented="0")
        return root

    def _object(
        self, root: ElementTree.Element, region: Region, picture: Picture, size: Size
    ) -> None:
        if region.turned:
            why = "VOC boxes are not rotated: the upright bounding box was written"
            picture.leave_out("the rotation of a box", why)
        x, y, width, height = (whole(number) for number in region.upright(size))
        for label in region.labels:
            found = ElementTree.SubElement(root, "object")
            _add(found, name=label, pose="Unspecified", truncated="0", difficult="0")
            ends = {"xmin": x, "ymin": y, "xmax": x + width, "ymax": y + height}
            box = ElementTree.SubElement(found, "bndbox")
            _add(box, **{end: str(at) for end, at in ends.items()})


def whole(number: float) -> int:
    """Truncate to a whole number, ignoring floating-point noise.

    >>> whole(28.999999999999996), whole(28.9)
    (29, 28)
    """
    return int(round(number, 6))


def _add(parent: ElementTree.Element, **texts: str) -> None:
    for tag, text in texts.items():
        ElementTree.SubElement(parent, tag).text = text
