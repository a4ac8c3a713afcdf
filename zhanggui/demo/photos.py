"""Photos that customers and agents sent: drawings of our own, taken in like any upload."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from zhanggui.chat.files import Prepared, keep, prepare
from zhanggui.demo.content import FOLDER, Photo, Talk

LIMIT_MB: Final = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """A photo in the data folder: the name of its bytes, and what it is."""

    store: str
    prepared: Prepared


def keep_photos(photos: list[Photo], talks: list[Talk], data: Path) -> Mapping[str, Kept]:
    """Write every photo that somebody sends once; returns them by what the content says they show."""
    wanted = {line.pic for talk in talks for line in talk.lines if line.card == "image"}
    found: dict[str, Kept] = {}
    for photo in photos:
        if wanted.isdisjoint(photo.pics):
            continue
        stem = Path(photo.file).stem
        bytes_ = (FOLDER / "photos" / f"{stem}.webp").read_bytes()
        prepared = prepare(bytes_, photo.file, limit_mb=LIMIT_MB, video_mb=LIMIT_MB, videos=False)
        keep(data, f"demo-{stem}", prepared)
        found |= {pic: Kept(f"demo-{stem}", prepared) for pic in photo.pics}
    missing = wanted - found.keys()
    if missing:
        raise ValueError(f"no picture for: {sorted(missing)}")
    return found
