"""The Web API's front: who calls, how often, with which arguments, and what goes wrong on purpose."""

from json import JSONDecodeError, loads
from urllib.parse import parse_qsl

from aiohttp import web

from bot.local.json_types import Json, compact
from bot.sandbox.errors import RateLimitedError, SlackError
from bot.sandbox.faults import Faults, spoil
from bot.sandbox.methods import chat, conversations, files, general, users, views
from bot.sandbox.methods.call import Call, Desk

METHODS = {
    **general.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **users.METHODS,
    **views.METHODS,
}


class WebApi:
    def __init__(self, desk: Desk, faults: Faults) -> None:
        self._desk = desk
        self._faults = faults
        app = desk.workspace.app
        self._tokens = {app.bot_token: "bot", app.app_token: "app"}
        self._scopes = {} if app.scopes is None else {"X-OAuth-Scopes": ",".join(app.scopes)}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer one call; from the arguments on there is no pause, so an effect is whole or absent."""
        with self._desk.workspace.counts.under_way():
            method = request.match_info["method"]
            body = await request.read()
            fault = self._faults.take(method)
            answer: Json = {"ok": True}
            retry_after = 0
            if fault is None or fault.happens:
                try:
                    answer = self._answer(method, request, body)
                except RateLimitedError as error:
                    answer, retry_after = error.as_answer(), error.retry_after
                except SlackError as error:
                    answer = error.as_answer()
            if fault is not None:
                return await spoil(fault, request, answer)
            if retry_after:
                self._desk.workspace.counts.add("rate_limited")
                headers = {"Retry-After": str(retry_after)}
                return web.Response(status=429, headers=headers, text=compact(answer), content_type="application/json")
            return web.Response(text=compact(answer), content_type="application/json", headers=self._scopes)

    def _answer(self, name: str, request: web.Request, body: bytes) -> Json:
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", more={"req_method": name})
        given, form_token = _arguments(request, body)
        self._check_token(request, form_token, method.caller)
        if name != "chat.postMessage":
            self._desk.limits.admit(name)
        return method.handle(Call(desk=self._desk, given=given))

    def _check_token(self, request: web.Request, form_token: str | None, needed: str) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else form_token or ""
        if needed == "anybody":
            return
        if not token:
            raise SlackError("not_authed")
        kind = self._tokens.get(token)
        if kind is None:
            raise SlackError("invalid_auth")
        if kind != needed:
            raise SlackError("not_allowed_token_type")


def _arguments(request: web.Request, body: bytes) -> tuple[Json, str | None]:
    """Answer the arguments and a token among the form's fields; one in the query string does not count."""
    given: Json = dict(request.query)
    given.pop("token", None)
    token = None
    if body:
        if request.content_type == "application/json":
            try:
                fields = loads(body)
            except (JSONDecodeError, UnicodeDecodeError) as error:
                raise SlackError("invalid_json") from error
            if not isinstance(fields, dict):
                raise SlackError("json_not_object")
        elif request.content_type == "application/x-www-form-urlencoded":
            try:
                fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
            except UnicodeDecodeError as error:
                raise SlackError("invalid_form_data") from error
            token = fields.pop("token", None)
        else:
            raise SlackError("invalid_post_type")
        given |= fields
    return given, token
