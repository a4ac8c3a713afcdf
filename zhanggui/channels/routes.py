"""The visitor API: what the widget asks over HTTP. No cookies; a token in the Authorization header; CORS by shop."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, File, Header, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from zhanggui.channels.origins import origin_fits
from zhanggui.channels.pace import Pace
from zhanggui.channels.visit import Visit, address_of, latest, visit
from zhanggui.chat.file_routes import FileView, link_of, may_visitor_see, take_in
from zhanggui.chat.lines import load_state
from zhanggui.chat.queries import Page, page
from zhanggui.customers import actions as customers
from zhanggui.customers.queries import card, visitor
from zhanggui.customers.rules import verify_identity
from zhanggui.customers.shapes import VisitorIdentity
from zhanggui.foundation.access import public
from zhanggui.foundation.answers import answer, shaped
from zhanggui.foundation.clock import now_ms
from zhanggui.foundation.database import Database, Rx
from zhanggui.foundation.errors import Forbidden, Invalid, NotFound, Unauthenticated
from zhanggui.foundation.ids import is_id
from zhanggui.foundation.words import preferred_language
from zhanggui.settings import Settings
from zhanggui.store import queries as store
from zhanggui.store.rules import greeting_at, is_open
from zhanggui.store.shapes import Shop, ShopSettings

router = APIRouter(prefix="/visit-api", tags=["visit"])
OWN = "a visitor's token opens his own conversation only"
Short = Annotated[str, Field(max_length=500)]


class Given(BaseModel):
    """What the widget sends: wrong types are refused, unknown fields too."""

    model_config = ConfigDict(extra="forbid")


class PageIn(Given):
    """The page the widget is on."""

    url: Annotated[str, Field(max_length=2000)] = ""
    title: Short = ""
    product: Annotated[str, Field(max_length=64)] | None = None


class StartIn(Given):
    """A page begins to talk."""

    token: Annotated[str, Field(max_length=300)] | None = None
    device: Annotated[str, Field(max_length=64)] = ""
    page: PageIn = PageIn()
    language: Annotated[str, Field(max_length=16)] = "zh-CN"
    consent: bool = False


class IdentifyIn(Given):
    """Who the visitor is, signed by the shop."""

    identity: Annotated[str, Field(max_length=4000)]


class ShopNow(msgspec.Struct, frozen=True):
    """What the widget shows before anybody writes."""

    id: str
    name: str
    greeting: str
    privacy_notice: str
    language: str
    open: bool


class ShopFront(msgspec.Struct, frozen=True):
    """A shop and the limits of what may be sent."""

    shop: ShopNow
    limits: dict[str, int]


class Link(msgspec.Struct, frozen=True):
    """Addresses of a file that work for ten minutes."""

    url: str
    thumb: str


def _db(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _shop(request: Request, shop_id: str) -> Shop:
    shop = await _db(request).read(store.shop, shop_id)
    if shop is None:
        raise NotFound("channels.no_shop")
    if not origin_fits(shop, request.headers, _settings(request).public_url):
        raise Forbidden("channels.origin")
    return shop


async def _visitor(request: Request, authorization: str) -> tuple[VisitorIdentity, str]:
    scheme, _, token = authorization.partition(" ")
    who = await _db(request).read(visitor, token) if scheme == "Visitor" else None
    if who is None:
        raise Unauthenticated("channels.token")
    await _shop(request, who.shop)
    return who, token


def _pace(request: Request) -> Pace:
    pace: Pace = request.app.state.pace
    return pace


@router.get("/messages", dependencies=[public(OWN)], **shaped(Page))
async def messages(
    request: Request, before: str, authorization: Annotated[str, Header()] = "",
    limit: Annotated[int, Field(ge=1, le=100)] = 50,
) -> Response:  # fmt: skip
    """Return earlier lines; `before` is "conversation:seq" as `earlier` said it."""
    who, _ = await _visitor(request, authorization)
    conversation, _, seq = before.rpartition(":")
    if not (seq.isascii() and seq.isdigit()) or len(seq) > 9 or not is_id(conversation, "c"):
        raise Invalid("chat.bad_cursor", field="before")

    def read(rx: Rx) -> Page:
        state, found = load_state(rx, conversation), card(rx, who.customer)
        if state is None or found is None or state.customer != found.id:
            raise NotFound("chat.not_open")
        return page(rx, state, before=int(seq), limit=limit, desk=False)

    return answer(await _db(request).read(read))


@router.post("/identify", dependencies=[public(OWN)], **shaped(Visit))
async def identify(request: Request, given: IdentifyIn, authorization: Annotated[str, Header()] = "") -> Response:
    """Take the shop's signed word for who the visitor is; his conversations are joined."""
    who, _ = await _visitor(request, authorization)
    shop = await _shop(request, who.shop)
    claims = verify_identity(given.identity, shop.identity_secret, shop.id, now_ms())
    done = await _db(request).write(customers.do_identify, who.visitor, claims.external_id, claims.name)
    return answer(await _db(request).read(_by_token, done.token))


def _by_token(rx: Rx, token: str) -> Visit:
    who = visitor(rx, token)
    if who is None:
        raise Unauthenticated("channels.token")
    return visit(rx, who, token)


@router.post("/forget", dependencies=[public(OWN)], **shaped(Visit))
async def forget(request: Request, authorization: Annotated[str, Header()] = "") -> Response:
    """The customer signed out: this browser becomes somebody new."""
    who, _ = await _visitor(request, authorization)
    done = await _db(request).write(customers.do_forget, who.visitor)
    return answer(await _db(request).read(_by_token, done.token))


@router.post("/files", dependencies=[public(OWN)], **shaped(FileView))
async def upload(
    request: Request, file: Annotated[UploadFile, File()], authorization: Annotated[str, Header()] = ""
) -> Response:
    """Take in a picture, file or short video of a customer."""
    who, _ = await _visitor(request, authorization)
    _pace(request).take(f"file:{who.visitor}", rate=0.2, burst=10)

    def conversation_of(rx: Rx) -> str | None:
        found = card(rx, who.customer)
        state = None if found is None else latest(rx, found)
        return None if state is None else state.id

    conversation = await _db(request).read(conversation_of)
    view = await take_in(request, file, shop=who.shop, conversation_id=conversation, owner=who.visitor, videos=True)
    return answer(view)


@router.get("/files/{file_id}/link", dependencies=[public(OWN)], **shaped(Link))
async def file_link(request: Request, file_id: str, authorization: Annotated[str, Header()] = "") -> Response:
    """Return signed addresses of a file that this customer may see."""
    who, _ = await _visitor(request, authorization)
    found = await _db(request).read(card, who.customer)
    customer = "" if found is None else found.id
    if not await _db(request).read(may_visitor_see, file_id, customer=customer, visitor=who.visitor):
        raise NotFound("chat.no_file")
    key = link_of(request, file_id)
    return answer(Link(f"/files/{file_id}/file{key}", f"/files/{file_id}/thumb{key}"))


@router.get("/{shop_id}", dependencies=[public("a shop's name and greeting, for pages the shop allows")], **shaped(ShopFront))  # fmt: skip  # noqa: E501
async def shop_front(request: Request, shop_id: str) -> Response:
    """Return what the widget shows before anybody writes, in the reader's language where the shop speaks it."""
    shop, settings = await _shop(request, shop_id), _settings(request)
    words = ShopSettings.model_validate(shop.settings)
    language = preferred_language(request.headers.get("accept-language"), shop.language)
    now = _shop_now(shop, words, language)
    limits = {
        "text": settings.text_limit, "file_mb": settings.file_limit_mb, "video_mb": settings.video_limit_mb,
    }  # fmt: skip
    return answer(ShopFront(now, limits))


@router.post("/{shop_id}/start", dependencies=[public("how a visitor gets his token")], **shaped(Visit))
async def start(request: Request, shop_id: str, given: StartIn) -> Response:
    """Begin or go on with a visit; a token that is not (or no longer) good is replaced by a fresh visitor."""
    shop = await _shop(request, shop_id)
    seen = given.page.model_dump()
    seen["url"] = address_of(given.page.url)
    if given.token:
        who = await _db(request).read(visitor, given.token)
        if who is not None and who.shop == shop.id:
            await _db(request).write(customers.do_see_visitor, who.visitor, language=given.language, page=seen)
            return answer(await _db(request).read(_by_token, given.token))
    _pace(request).take(f"start:{request.app.state.sessions.address(request)}", rate=1.0, burst=60)
    made = await _db(request).write(customers.do_make_visitor, shop.id, language=given.language, page=seen)
    return answer(await _db(request).read(_by_token, made.token))


def _shop_now(shop: Shop, words: ShopSettings, language: str) -> ShopNow:
    english = language.startswith("en")
    return ShopNow(
        id=shop.id,
        name=(english and words.name_en) or shop.name,
        greeting=greeting_at(shop.greeting, words, shop.timezone, now_ms(), language=language),
        privacy_notice=(english and words.privacy_notice_en) or shop.privacy_notice,
        language=shop.language,
        open=is_open(words, shop.timezone, now_ms()),
    )
