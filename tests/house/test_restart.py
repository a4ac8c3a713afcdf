"""The front door says goodbye: when the server ends, every socket hears so in words before it closes."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path

from websockets import ConnectionClosed
from websockets.asyncio.client import connect

from tests.store.builders import a_shop
from zhanggui.customers.actions import do_make_visitor
from zhanggui.foundation.database import Database
from zhanggui.foundation.database.creating import create_tables
from zhanggui.main import Serving, build_app, serving
from zhanggui.realtime.frames import CLOSE_RESTARTING, VERSION
from zhanggui.settings import Settings


async def a_server(folder: Path) -> tuple[Serving, Database, "asyncio.Future[int]"]:
    app = build_app(Settings(data=folder, port=0))
    await create_tables(app.state.database)
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    return serving(app, app.state.settings, ready=port.set_result), app.state.database, port


async def test_sockets_are_told_that_the_server_restarts(tmp_path: Path):
    server, database, port = await a_server(tmp_path)
    running = asyncio.create_task(server.serve())
    address = f"ws://127.0.0.1:{await asyncio.wait_for(port, 10)}/ws/visit"
    made = await database.write(do_make_visitor, await a_shop(database), language="zh-CN", page={})
    async with connect(address) as page:
        await page.send(json.dumps({"t": "hello", "v": VERSION, "token": made.token}))
        assert json.loads(await page.recv())["t"] == "welcome"
        server.should_exit = True
        heard = []
        with suppress(ConnectionClosed):
            while True:
                heard.append(json.loads(await asyncio.wait_for(page.recv(), 10)))
    assert {"t": "bye", "code": "protocol.restarting"} in heard
    assert page.close_code == CLOSE_RESTARTING
    await asyncio.wait_for(running, 10)
