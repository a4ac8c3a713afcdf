"""The front door: builds the app and connects the rooms. The only file that knows all of them."""

import asyncio
import gc
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import uvicorn
from fastapi import FastAPI
from itsdangerous import URLSafeTimedSerializer

import zhanggui
from zhanggui import channels, chat, customers, realtime, reception, store, storefront, team  # noqa: F401  all tables
from zhanggui.channels import routes as channel_routes
from zhanggui.channels.control import VisitControl
from zhanggui.channels.cors import OpenToPages
from zhanggui.channels.pace import Pace
from zhanggui.channels.visit import VisitDoor
from zhanggui.chat import actions as chat_actions
from zhanggui.chat import file_routes
from zhanggui.chat import routes as chat_routes
from zhanggui.chat.commands import Commands
from zhanggui.chat.control import DeskControl
from zhanggui.chat.desk import DeskDoor
from zhanggui.chat.events import CONVERSATION_OPENED
from zhanggui.chat.jobs import Orphans
from zhanggui.chat.searching import routes as search_routes
from zhanggui.chat.searching.indexing import Indexer
from zhanggui.customers import actions as customer_actions
from zhanggui.customers import routes as customer_routes
from zhanggui.customers.events import CUSTOMER_CHANGED, CUSTOMER_MERGED
from zhanggui.foundation import edge, pages, words
from zhanggui.foundation.answers import describe
from zhanggui.foundation.database import Database, Tx, open_database
from zhanggui.foundation.events import Change, Reactions
from zhanggui.foundation.intake import Intake
from zhanggui.foundation.keys import do_key
from zhanggui.foundation.trimming import do_trim_log
from zhanggui.realtime.brokers.choose import broker_for
from zhanggui.realtime.hub import Hub
from zhanggui.realtime.socket import Limits, SocketEndpoint, Sockets
from zhanggui.realtime.tail import Tail
from zhanggui.reception import actions as reception_actions
from zhanggui.reception.queue import Queue
from zhanggui.settings import Settings
from zhanggui.store import actions as store_actions
from zhanggui.store import routes as store_routes
from zhanggui.store.embedded import EmbeddedStore, as_store
from zhanggui.store.events import ORDER_CHANGED
from zhanggui.storefront import routes as storefront_routes
from zhanggui.team import events as team_events
from zhanggui.team import jobs as team_jobs
from zhanggui.team import routes as team_routes
from zhanggui.team.door import Door, policy_of
from zhanggui.team.passwords import Hasher
from zhanggui.team.sockets import BEAT_SECONDS, Presence
from zhanggui.workshop import tables as _workshop_tables  # noqa: F401
from zhanggui.workshop.schedule import Periodic, Schedule

BODY = 1024 * 1024
"""The longest body of an ordinary request, in bytes."""
ROUTERS = (
    team_routes.router,
    customer_routes.router,
    store_routes.router,
    store_routes.pictures,
    chat_routes.router,
    search_routes.router,
    file_routes.router,
    channel_routes.router,
    storefront_routes.router,
    pages.router,
)


def register_words() -> None:
    """Gather every room's words."""
    from zhanggui.channels.words import WORDS as CHANNELS
    from zhanggui.chat.words import WORDS as CHAT
    from zhanggui.customers.words import WORDS as CUSTOMERS
    from zhanggui.migrations.words import WORDS as MIGRATIONS
    from zhanggui.realtime.words import WORDS as REALTIME
    from zhanggui.store.words import WORDS as STORE
    from zhanggui.storefront.words import WORDS as STOREFRONT
    from zhanggui.team.words import WORDS as TEAM

    for room in (CHANNELS, CHAT, CUSTOMERS, MIGRATIONS, REALTIME, STORE, STOREFRONT, TEAM):
        words.register(room)


def _open_shop(tx: Tx, change: Change) -> None:
    made = change.put["shop"]
    assert isinstance(made, team_events.ShopSetUp)  # noqa: S101
    store_actions.do_open_shop(tx, made.shop_name, "en" if made.language == "en" else "zh-CN")


def connect_rooms() -> Reactions:
    """Let higher rooms react to what lower ones announce, inside the same transaction and in this order."""
    reactions = Reactions()
    reactions.on(team_events.SET_UP, _open_shop)
    reactions.on(CUSTOMER_CHANGED, chat_actions.follow_customer)
    reactions.on(CUSTOMER_MERGED, store_actions.follow_merge)
    reactions.on(CUSTOMER_MERGED, chat_actions.follow_merge)
    reactions.on(ORDER_CHANGED, customer_actions.follow_order)
    reactions.on(ORDER_CHANGED, chat_actions.follow_order)
    reactions.on(team_events.AGENT_CHANGED, chat_actions.follow_agent)
    reactions.on(team_events.GROUP_CHANGED, chat_actions.follow_group)
    reactions.on(CONVERSATION_OPENED, reception_actions.greet_and_assign)
    return reactions


def calm_collector() -> None:
    """Let the garbage collector look at young objects rarely and at old ones hardly ever.

    What lives long here (rooms, routes, remembered changes) has no cycles; looking through it at every turn held
    every customer up for a tenth of a second, several times a minute (seen in the profile).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


class House:
    """One server process: the database, the bell tower, and everything that runs by itself."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.process = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.reactions = connect_rooms()
        self.database: Database = open_database(settings.database, settings.data, self.reactions)
        self.hasher = Hasher()
        self.door = Door(self.database, policy_of(settings), self.hasher)
        self.hub = Hub()
        broker = broker_for(settings.broker, database=self.database, nats_url=settings.nats_url, process=self.process)
        self.tail = Tail(self.database, self.hub, broker)
        self.presence = Presence(self.database, self.process)
        self.queue = Queue(self.database, self.hub)
        self.indexer = Indexer(self.database, holder=self.process, rest=2)
        commands = Commands(self.database, self.hub, self.tail, settings)
        desk_door = DeskDoor(self.database, self.hub, commands, self.door, self.presence, settings)
        visit_door = VisitDoor(self.database, self.hub, commands, settings)
        self.desk = SocketEndpoint(desk_door, self.hub, self.tail, self._limits(), self.process)
        self.visit = SocketEndpoint(visit_door, self.hub, self.tail, self._limits(), self.process)
        self.endpoints = (self.desk, self.visit)
        DeskControl(self.desk, desk_door, self.hub).connect()
        VisitControl(self.visit, visit_door, self.hub).connect()
        self.queue.connect()
        self.orphans = Orphans(self.database, settings.data)
        self.schedule = Schedule(self.database, self.jobs(), holder=self.process)

    def _limits(self) -> Limits:
        settings = self.settings
        told: dict[str, int | float] = {
            "text": settings.text_limit,
            "file_mb": settings.file_limit_mb,
            "video_mb": settings.video_limit_mb,
            "recall_seconds": settings.recall_seconds,
        }
        return Limits(
            heartbeat=settings.heartbeat_seconds,
            frame=settings.frame_limit,
            told=told,
            frames_per_second=settings.frames_per_second,
        )

    def jobs(self) -> list[Periodic]:
        """What happens by itself, and how often."""
        write, settings = self.database.write, self.settings
        return [
            Periodic("realtime.sweep", 5, self._sweep_sockets, everywhere=True),
            Periodic("team.beat", BEAT_SECONDS, self.presence.beat, everywhere=True),
            Periodic("reception.serve", 0.5, self.queue.serve, everywhere=True),
            Periodic("reception.places", 0.5, self.queue.tell_places, everywhere=True),
            Periodic("chat.index", 0.5, self.indexer.catch_up, everywhere=True),  # it agrees by itself on who does it
            Periodic("reception.look", 15, lambda: write(reception_actions.do_serve_queue)),
            Periodic(
                "chat.end_quiet", 20, lambda: write(chat_actions.do_end_quiet, minutes=settings.end_after_minutes)
            ),
            Periodic("chat.orphans", 60, self.orphans.sweep),
            Periodic("team.sweep", 60, lambda: team_jobs.sweep(self.database, self.door.policy)),
            Periodic("store.close_overdue", 60, lambda: write(store_actions.do_close_overdue)),
            Periodic("foundation.trim_log", 300, lambda: write(do_trim_log, days=settings.event_days)),
        ]

    async def _end_quiet(self) -> int:
        return await self.database.write(chat_actions.do_end_quiet, minutes=self.settings.end_after_minutes)

    async def _sweep_sockets(self) -> None:
        now = asyncio.get_running_loop().time()
        self.desk.sweep(now)
        self.visit.sweep(now)

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """Open everything in order; close it in the opposite one, whatever happens between."""
        async with AsyncExitStack() as stack:
            stack.callback(self.hasher.close)
            calm_collector()
            stack.callback(gc.unfreeze)
            await self.database.start()
            stack.push_async_callback(self.database.stop)
            await self.door.start()
            await self.tail.start()
            stack.push_async_callback(self.tail.stop)
            await self.presence.start(alone=self.database.dialect == "sqlite")
            stack.push_async_callback(self.presence.stop)
            self.schedule.start()
            stack.push_async_callback(self.schedule.stop)
            yield


def _uploads(settings: Settings) -> dict[str, int]:
    """How much the places that take files take at once: the largest file, and its envelope."""
    largest = max(settings.file_limit_mb, settings.video_limit_mb) * 1024 * 1024 + BODY
    return dict.fromkeys(("/api/files", "/visit-api/files"), largest)


def build_app(settings: Settings | None = None) -> FastAPI:
    """Return the app with every route and socket; the database is opened when it starts."""
    register_words()
    house = House(settings or Settings())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with house.living():
            app.state.file_signer = URLSafeTimedSerializer(await house.database.write(do_key, "files"), salt="files")
            yield

    app = FastAPI(title="Zhanggui", version=zhanggui.__version__, lifespan=lifespan, openapi_url=None)
    app.state.house = house
    app.state.settings = house.settings
    app.state.database = house.database
    app.state.sessions = house.door
    app.state.store = as_store(EmbeddedStore(house.database))
    app.state.decoding = asyncio.Semaphore(2)
    app.state.pace = Pace()
    edge.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(Intake, limit=BODY, larger=_uploads(house.settings))
    app.add_middleware(OpenToPages)
    app.add_middleware(edge.SafeHeaders)
    app.add_middleware(Sockets, endpoints={one.door.path: one for one in house.endpoints})
    app.openapi = describe(app)  # type: ignore[method-assign]
    return app


class Serving(uvicorn.Server):
    """The web server, which tells once it listens: `ready(port)`, with the port it really has."""

    def __init__(self, config: uvicorn.Config, house: House, ready: Callable[[int], None]) -> None:
        super().__init__(config)
        self._house = house
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell."""
        await super().startup(sockets)
        if self.started:
            self._ready(self.servers[0].sockets[0].getsockname()[1])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say goodbye to every socket in our own words, then end; the web server alone would just hang up."""
        for endpoint in self._house.endpoints:
            endpoint.restart()
        await asyncio.sleep(0.05)  # a moment for the words to leave
        await super().shutdown(sockets)


def serving(app: FastAPI, settings: Settings, *, ready: Callable[[int], None]) -> Serving:
    """Return the server for this app; `it.run()` runs until a signal ends it, on uvloop where there is one.

    Sockets: no compression (33 KiB a connection), no pings of its own (clients ping, silent ones are swept).
    """
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="auto",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=2 * settings.frame_limit,  # what is only a little too large is told so in our own words
        ws_ping_interval=None,
        ws_per_message_deflate=False,
        proxy_headers=False,  # the team room believes its own list of proxies
        server_header=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=5,
    )
    return Serving(config, app.state.house, ready)
