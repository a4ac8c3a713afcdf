"""From which pages a shop's widget may be used."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers

from zhanggui.store.shapes import Shop


def origin_fits(shop: Shop, headers: Headers, public_url: str) -> bool:
    """Tell whether a page may talk for this shop: our own pages, and those the shop lists.

    Without an Origin it is no browser's page; the visitor's token still decides what it may see.
    """
    origin = headers.get("origin")
    if origin is None:
        return True
    given = urlsplit(origin)
    if given.netloc == headers.get("host", "") or (public_url and given[:2] == urlsplit(public_url)[:2]):
        return True
    return any(origin.rstrip("/").lower() == allowed.rstrip("/").lower() for allowed in shop.allowed_origins)
