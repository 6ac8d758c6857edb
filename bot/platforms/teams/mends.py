"""All that is used of botbuilder, which is archived with its faults: its turn, and none of what it would send.

Left as it is, botbuilder 4.17.1 builds a client, its credentials and a token request for every turn, fetches keys with
blocking calls, forgets to fetch new ones, and loses tenants. So we judge the token (auth.py) and speak to the connector
(connector.py) ourselves; what a turn needs of either is stood in for here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NoReturn

from botbuilder.core import TurnContext
from botbuilder.core.cloud_adapter_base import CloudAdapterBase
from botbuilder.schema import Activity
from botframework.connector.auth import BotFrameworkAuthentication, ClaimsIdentity, ConnectorFactory
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult

from bot.platforms.teams.activities import Json, tenant_of
from bot.platforms.teams.auth import Admission, Asked

Turn = Callable[[], Awaitable[None]]


class _NoClient:
    """Stands where a turn keeps its client, so that nothing can be sent past our own."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"Nothing is sent with botbuilder's client ({name}): the connector module does.")


class _NoClients(ConnectorFactory):  # type: ignore[misc]  # botbuilder has no types
    async def create(self, service_url: str, audience: str) -> _NoClient:
        return _NO_CLIENT


_NO_CLIENT = _NoClient()
_NO_CLIENTS = _NoClients()


class _Admitting(BotFrameworkAuthentication):  # type: ignore[misc]  # botbuilder has no types
    """Asks our own admission, in botbuilder's words."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        claims = await self._admission.admit(
            Asked(
                header=auth_header,
                channel=activity.channel_id,
                service_url=activity.service_url,
                tenant=activity.channel_data,
            )
        )
        result = AuthenticateRequestResult()
        result.claims_identity = ClaimsIdentity(dict(claims), is_authenticated=True)
        result.connector_factory = _NO_CLIENTS
        return result

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> NoReturn:
        raise PermissionError("Activities come by HTTP.")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        return _NO_CLIENTS

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> _NoClient:
        return _NO_CLIENT


class Adapter:
    """botbuilder's adapter, taking turns whose activity is only as much of one as a turn looks at.

    The rest stays in the raw JSON: to read it into botbuilder's models costs more than all else, and loses parts of it.
    """

    def __init__(self, admission: Admission) -> None:
        self._adapter = CloudAdapterBase(_Admitting(admission))

    async def process(self, header: str, raw: Json, turn: Turn) -> None:
        """Takes `turn` if the activity is let in.

        Raises:
            Unauthenticated, Forbidden, KeysUnavailable: it is not, and the turn is not taken.
        """

        async def logic(_: TurnContext) -> None:
            await turn()

        channel = raw.get("channelId")
        activity = Activity(
            type=raw["type"],
            channel_id=channel if isinstance(channel, str) else "",
            service_url=raw["serviceUrl"],
            channel_data=tenant_of(raw),  # all of it that is asked for on the way
        )
        await self._adapter.process_activity(header, activity, logic)
