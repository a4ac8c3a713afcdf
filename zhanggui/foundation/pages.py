"""The built screens as files: the desk under /app, the shop page under /shop, the widget under /widget."""

import mimetypes
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from zhanggui.foundation.access import public
from zhanggui.foundation.errors import NotFound

BUILT = Path(__file__).resolve().parent.parent / "web_dist"
_FOREVER = "public, max-age=31536000, immutable"
_BRIEFLY = "public, max-age=300"
_EVERYBODY = "the built screens hold nothing of anybody"

mimetypes.add_type("text/javascript", ".js")  # Windows may say otherwise, and browsers then refuse the module

router = APIRouter(include_in_schema=False)


def _file(folder: str, path: str) -> Path | None:
    """Return the built file of this path, or None; nothing outside of the folder is ever found."""
    home = (BUILT / folder).resolve()
    found = (home / path).resolve()
    return found if found.is_relative_to(home) and found.is_file() else None


def _hashed(file: Path) -> bool:
    return file.parent.name == "assets" or (file.parent.name == "widget" and file.name != "widget.js")


def _page(folder: str, path: str) -> Response:
    """Return a built file, or the page itself for every address that the page's own router knows."""
    file = _file(folder, path) if path else None
    if file is None and ("." in path.rsplit("/", 1)[-1] or (file := _file(folder, "index.html")) is None):
        raise NotFound("http.not_found")
    caching = _FOREVER if _hashed(file) else "no-cache"
    return FileResponse(file, headers={"Cache-Control": caching})


@router.get("/", dependencies=[public("leads to the desk")])
async def root() -> Response:
    """Lead to the desk."""
    return RedirectResponse("/app/")


@router.get("/favicon.ico", dependencies=[public("the house's sign")])
async def sign() -> Response:
    """The sign that browsers ask for where a page names none."""
    return _page("app", "seal.svg")


@router.get("/app", dependencies=[public("leads to the desk")])
async def app_root() -> Response:
    """Lead to the desk."""
    return RedirectResponse("/app/")


@router.get("/shop", dependencies=[public("leads to the shop page")])
async def shop_root(request: Request) -> Response:
    """Lead to the shop page, which shop is kept."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/shop/{query}")


@router.get("/app/{path:path}", dependencies=[public(_EVERYBODY)])
async def desk_page(path: str) -> Response:
    """The desk's page and its parts."""
    return _page("app", path)


@router.get("/shop/{path:path}", dependencies=[public(_EVERYBODY)])
async def shop_page(path: str) -> Response:
    """The shop page and its parts."""
    return _page("shop", path)


@router.get("/widget/{path:path}", dependencies=[public("any shop page loads the widget")])
async def widget_file(path: str) -> Response:
    """The widget's script and its parts, for pages on any site."""
    file = _file("widget", path)
    if file is None:
        raise NotFound("http.not_found")
    caching = _FOREVER if _hashed(file) else _BRIEFLY
    headers = {
        "Cache-Control": caching,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return FileResponse(file, headers=headers)
