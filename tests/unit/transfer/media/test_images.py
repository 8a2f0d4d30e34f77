"""The images of tasks are fetched into the cache."""

from __future__ import annotations

import pytest
from support.fake import FakeClient

from label_studio_orm.errors import ConnectionFailed
from label_studio_orm.labeling import LabelConfig
from label_studio_orm.transfer.media import images
from label_studio_orm.transfer.media.images import cache_images
from label_studio_orm.transfer.media.references import Reference

CONFIG = LabelConfig.parse(
    '<View><Image name="one" value="$image"/><Image name="many" valueList="$pages"/>'
    '<Text name="text" value="$text"/></View>'
)
DATA = {
    1: {
        "image": "/data/upload/1/a.png",
        "pages": ["https://x/b.png", "https://x/c.png"],
        "text": "https://x/t",
    },
    2: {"image": "/data/upload/1/a.png", "pages": None},
    3: {"image": 7, "pages": ["data:image/png;base64,AA==", "C:\\d.png", ""]},
}


def test_each_image_is_fetched_and_a_failure_stops_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetched = []

    def fetch(client: FakeClient, reference: Reference) -> None:
        fetched.append(reference.url)
        raise ConnectionFailed("The host is away.")

    monkeypatch.setattr(images, "cached_file", fetch)
    cache_images(FakeClient(), CONFIG, DATA)
    assert sorted(fetched) == ["/data/upload/1/a.png", "https://x/b.png", "https://x/c.png"]
