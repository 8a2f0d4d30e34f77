"""Drawings of results on what the labeling config shows: images, texts, dialogues, timelines."""
