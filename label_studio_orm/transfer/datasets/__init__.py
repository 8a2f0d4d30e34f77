"""Image datasets: writers for YOLO, COCO and Pascal VOC."""
