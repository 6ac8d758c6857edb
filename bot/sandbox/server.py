"""The running workspace: every part put together behind one loopback port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.local.json_types import Json
from bot.local.memory import Memory
from bot.local.serving import application_of, serving
from bot.sandbox.config import Config, read_config
from bot.sandbox.controls import Controls
from bot.sandbox.deliveries import Outbox, SignedHttp
from bot.sandbox.faults import Faults
from bot.sandbox.interactions import Interactions
from bot.sandbox.limits import Limits
from bot.sandbox.methods.call import Desk
from bot.sandbox.page_api import PageApi
from bot.sandbox.replies import Replies
from bot.sandbox.sockets import Sockets
from bot.sandbox.talk import Talk
from bot.sandbox.triggers import Triggers
from bot.sandbox.uploads import uploads
from bot.sandbox.views import Views
from bot.sandbox.web_api import WebApi
from bot.sandbox.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningWorkspace:
    """Where it answers: the page at `url`, the Web API under `api_url`."""

    url: str

    @property
    def api_url(self) -> str:
        return f"{self.url}/api-slack/"


@asynccontextmanager
async def running_workspace(
    config: Config | Json, data: Path | str = ":memory:", port: int = 0
) -> AsyncIterator[RunningWorkspace]:
    """Run a workspace in this process, on a free port unless one is named, until the block ends."""
    settings = config if isinstance(config, Config) else read_config(config)
    async with AsyncExitStack() as stack:
        memory = stack.enter_context(closing(Memory(data)))
        workspace = Workspace(settings, memory)
        sockets = Sockets(settings.app, workspace.counts)
        line: Sockets | SignedHttp = sockets
        if settings.app.mode == "http":
            line = await stack.enter_async_context(SignedHttp.opened(settings.app, workspace.counts))
        outbox = Outbox(workspace, line)
        stack.push_async_callback(outbox.close)
        application = _application(workspace, sockets, line, outbox)
        workspace.url = await stack.enter_async_context(serving(application, port))
        redelivery = asyncio.create_task(outbox.run())
        stack.push_async_callback(_stop, redelivery)
        yield RunningWorkspace(url=workspace.url)


def _application(workspace: Workspace, sockets: Sockets, line: Sockets | SignedHttp, outbox: Outbox) -> web.Application:
    faults, views, triggers = Faults(workspace.lacks), Views(workspace), Triggers(workspace.clock)
    replies = Replies(workspace, faults)
    interactions = Interactions(workspace, line=line, outbox=outbox, views=views, triggers=triggers, replies=replies)
    desk = Desk(workspace=workspace, limits=Limits(workspace.clock), views=views, triggers=triggers, sockets=sockets)
    web_api = WebApi(desk, faults)
    talk = Talk(workspace, outbox)
    page = PageApi(workspace, interactions=interactions, talk=talk, outbox=outbox, views=views)
    controls = Controls(
        workspace,
        page=page,
        interactions=interactions,
        talk=talk,
        outbox=outbox,
        sockets=sockets,
        line=line,
        faults=faults,
    )
    sockets.on_connected = outbox.retry_now
    application = application_of(
        [
            web.route("*", "/api-slack/{method}", web_api.serve),
            web.get("/link/", sockets.serve),
            web.get("/link", sockets.serve),
            web.post("/respond/{name}", replies.serve),
            *uploads(workspace),
            *page.routes(),
            *controls.routes(),
        ]
    )

    async def hang_up(_: web.Application) -> None:
        await sockets.close()

    application.on_shutdown.append(hang_up)
    return application


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
