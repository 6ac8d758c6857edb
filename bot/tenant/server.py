"""The running tenant: every part put together behind one loopback port."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.local.json_types import Json
from bot.local.serving import application_of, serving
from bot.tenant.answering import Answering, planned_faults
from bot.tenant.config import Config, read_config
from bot.tenant.connector import Connector
from bot.tenant.controls import Controls
from bot.tenant.entra import Bearers, Entra
from bot.tenant.graph import Graph
from bot.tenant.interactions import Interactions
from bot.tenant.keys import Keys
from bot.tenant.limits import Limits
from bot.tenant.line import Line
from bot.tenant.page_api import PageApi
from bot.tenant.talk import Talk
from bot.tenant.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTenant:
    """Where it answers: people's side and the token endpoint at `url`."""

    url: str

    @property
    def service_url(self) -> str:
        """The serviceUrl of its activities."""
        return f"{self.url}/teams/"

    @property
    def login_url(self) -> str:
        """Before /{tenant}/oauth2/v2.0/token."""
        return self.url

    @property
    def openid_url(self) -> str:
        return f"{self.url}/v1/.well-known/openidconfiguration"

    @property
    def graph_url(self) -> str:
        return f"{self.url}/graph/v1.0"

    @property
    def identity_url(self) -> str:
        """What App Service calls IDENTITY_ENDPOINT."""
        return f"{self.url}/msi/token"


@asynccontextmanager
async def running_tenant(config: Config | Json, port: int = 0) -> AsyncIterator[RunningTenant]:
    """Run a tenant in this process, on a free port unless one is named, until the block ends."""
    settings = config if isinstance(config, Config) else read_config(config)
    async with AsyncExitStack() as stack:
        tenant = Tenant(settings)
        keys = Keys(settings.app, tenant.clock)
        line = await stack.enter_async_context(Line.opened(tenant, keys))
        application, graph = _application(tenant, keys, line)
        stack.push_async_callback(graph.close)
        tenant.url = await stack.enter_async_context(serving(application, port))
        yield RunningTenant(url=tenant.url)


def _application(tenant: Tenant, keys: Keys, line: Line) -> tuple[web.Application, Graph]:
    faults, bearers = planned_faults(), Bearers(tenant.clock)
    limits = Limits(tenant.clock, tenant.config.calls_per_second)
    answering = Answering(tenant, limits, faults)
    talk, interactions = Talk(tenant, line), Interactions(tenant, line)
    graph = Graph(tenant, limits, bearers, answering, talk)
    controls = Controls(
        tenant,
        interactions=interactions,
        talk=talk,
        line=line,
        limits=limits,
        faults=faults,
        keys=keys,
        bearers=bearers,
    )
    application = application_of(
        [
            *Connector(tenant, limits, bearers, answering).routes(),
            *Entra(tenant, keys, bearers, answering).routes(),
            *graph.routes(),
            *PageApi(tenant, interactions=interactions, talk=talk).routes(),
            *controls.routes(),
        ]
    )
    return application, graph
