"""llms.txt: the pages with a line each, for language models; see https://llmstxt.org."""

from pathlib import Path


def setup(app):
    return {"parallel_read_safe": True}
