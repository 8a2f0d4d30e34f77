"""llms.txt: the pages with a line each, for language models; see https://llmstxt.org."""


def setup(app):
    return {"parallel_read_safe": True}
