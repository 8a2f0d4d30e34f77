"""Datasets of images: the tasks of a snapshot as YOLO, COCO and Pascal VOC, written here."""
