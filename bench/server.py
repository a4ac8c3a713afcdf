"""The product as a server process of its own: `python -m bench.server` with the settings in the environment."""

from contextlib import suppress

from zhanggui.main import build_app, serving
from zhanggui.settings import Settings


def main() -> None:
    """Serve until a signal; the port is printed once it listens."""
    settings = Settings()
    app = build_app(settings)
    with suppress(KeyboardInterrupt):  # how the server hands the signal on once it has ended in good order
        serving(app, settings, ready=lambda port: print(port, flush=True)).run()


if __name__ == "__main__":
    main()
