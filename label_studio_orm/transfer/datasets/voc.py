"""Pascal VOC: an XML file for each picture with boxes on it."""

from __future__ import annotations

from xml.etree import ElementTree

from attrs import define

from .annotation_parts import BOX, Region, Size
from .output import ANNOTATIONS, IMAGES, encoded, label_path
from .picture import UNKNOWN_SIZE, Picture
from .writer import Writer

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
ALL_CHANNELS = "3"  # what the server says where it has not seen the file


@define
class Voc(Writer):
    """Writes the labels of pictures as Pascal VOC has them."""

    name = "VOC"
    holds = "boxes"
    unlabeled = "its picture has no .xml"
    room = ANNOTATIONS

    def add(self, picture: Picture) -> None:
        """Write the file of a picture that somebody has looked at."""
        boxes = [region for region in picture.regions if self._is_held(region, picture)]
        size = picture.size
        if picture.annotated and size:
            root = self._head(picture, size)
            for region in boxes:
                self._object(root, region, picture, size)
            ElementTree.indent(root, "")
            content = DECLARATION + ElementTree.tostring(root, encoding="unicode")
            self.write(label_path(picture.name, ANNOTATIONS), encoded(content))

    def finish(self) -> None:
        """There is nothing that stands for all pictures."""

    def _is_held(self, region: Region, picture: Picture) -> bool:
        if region.kind != BOX:
            picture.leave_out(region.kind, "VOC has boxes")
        elif picture.size is None:
            picture.leave_out(BOX, f"VOC counts in pixels, and {UNKNOWN_SIZE}")
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
            picture.leave_out("the turn of a box", "VOC has upright boxes: the one around it is in")
        x, y, width, height = (whole(number) for number in region.upright(size))
        for label in region.labels:
            found = ElementTree.SubElement(root, "object")
            _add(found, name=label, pose="Unspecified", truncated="0", difficult="0")
            ends = {"xmin": x, "ymin": y, "xmax": x + width, "ymax": y + height}
            box = ElementTree.SubElement(found, "bndbox")
            _add(box, **{end: str(at) for end, at in ends.items()})


def whole(number: float) -> int:
    """Cut off what is behind the point, but for what computing has left over.

    >>> whole(28.999999999999996), whole(28.9)
    (29, 28)
    """
    return int(round(number, 6))


def _add(parent: ElementTree.Element, **texts: str) -> None:
    for tag, text in texts.items():
        ElementTree.SubElement(parent, tag).text = text
