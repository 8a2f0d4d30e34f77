"""The configuration of the documentation site; see https://www.sphinx-doc.org."""

import builtins
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE / "_ext")]

from label_studio_orm import __version__  # noqa: E402

BUILTINS = [name for name, value in vars(builtins).items() if isinstance(value, type)]

project = "label-studio-orm"
author = "the authors of label-studio-orm"
version = release = __version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "attributes",
    "signatures",
    "names",
    "complete",
    "llms",
    "pictures",
]
exclude_patterns = ["_ext", "**.ipynb_checkpoints"]
nitpicky = True

# Pages
html_theme = "furo"
html_title = "label-studio-orm"
html_copy_source = False
html_show_copyright = False
html_show_sourcelink = False
html_permalinks_icon = "#"
pygments_style = "friendly"
pygments_dark_style = "monokai"
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
nb_execution_mode = "off"  # notebooks are committed with their outputs

# The reference
default_role = "name"  # `Task` in a docstring; see _ext/names.py
autodoc_default_options = {
    "members": True,
    "member-order": "bysource",
    # What all records, and all queries, have is on a page of its own.
    "inherited-members": ",".join(
        ["Record", "Query", "Table", "Path", "PosixPath", "Sequence", "Mapping", *BUILTINS]
    ),
}
autodoc_typehints_format = "short"
add_module_names = False
toc_object_entries_show_parents = "hide"
python_maximum_signature_line_length = 88
