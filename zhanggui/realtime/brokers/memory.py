"""One process: nobody else has to be woken."""

from collections.abc import Callable


class MemoryBroker:
    """The broker of a process that is alone."""

    shared = False

    async def start(self, on_wake: Callable[[], None], on_live: Callable[[bytes], None]) -> None:
        """Nothing to connect."""

    async def stop(self) -> None:
        """Nothing to disconnect."""

    def wake(self) -> None:
        """Nobody to wake."""

    def live(self, message: bytes) -> None:
        """Nobody to tell."""
