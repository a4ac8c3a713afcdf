"""From which pages a shop's widget may be used."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers

from zhanggui.store.shapes import Shop

_PORTS = {"http": 80, "https": 443}


def origin_fits(shop: Shop, headers: Headers, public_url: str) -> bool:
    """Tell whether a page may talk for this shop: our own pages, and those the shop lists.

    Without an Origin it is no browser's page; the visitor's token still decides what it may see.
    """
    origin = headers.get("origin")
    if origin is None:
        return True
    given = _place(origin)
    if given is None:
        return False
    own = _place(f"{given[0]}://{headers.get('host', '')}")
    return given in {own, _place(public_url), *(_place(allowed) for allowed in shop.allowed_origins)}


def _place(address: str) -> tuple[str, str, int] | None:
    """Return (scheme, host, port) of an address, or None when it is none ("null": a page without an origin)."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    if not parts.hostname or port is None:
        return None
    return parts.scheme, parts.hostname, port
