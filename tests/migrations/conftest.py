"""Databases to bring up."""

from tests.places import _server, empty

__all__ = ["_server", "empty"]
