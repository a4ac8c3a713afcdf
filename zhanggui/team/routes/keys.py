"""Ids as they stand in a path."""

from typing import Annotated

from fastapi import Path

from zhanggui.team.shapes.given import KEY_SIGNS

KeyInPath = Annotated[str, Path(pattern=KEY_SIGNS)]
