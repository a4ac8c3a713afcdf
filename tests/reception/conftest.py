"""A shop with its rooms connected."""

from tests.chat.conftest import clock, reactions, shop

__all__ = ["clock", "reactions", "shop"]
