"""Actions on many tasks, and model versions, at a real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.cleaning import delete
from support.other_user import as_other_user
from support.stub import counted
from support.texts import SENTIMENT, sentiment

from label_studio_orm import (
    EditionError,
    InvalidInput,
    LabelStudio,
    NotFound,
    Project,
    Task,
    UnknownName,
)
