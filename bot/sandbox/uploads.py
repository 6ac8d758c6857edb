"""The addresses that take a file's bytes, and those that show a picture to the page."""

from aiohttp import web

from bot.sandbox.workspace import Workspace


def uploads(workspace: Workspace) -> list[web.RouteDef]:
    """The routes; an upload address works once, for as many bytes as were announced."""

    async def take(request: web.Request) -> web.Response:
        with workspace.counts.under_way():
            content = await _content(request)
            if content is None or not workspace.files.receive(request.match_info["ticket"], content):
                return web.Response(status=400, text="invalid upload")
            return web.Response(text=f"OK - {len(content)}")

    async def show(request: web.Request) -> web.Response:
        file = workspace.files.get(request.match_info["file"])
        if file is None or not file.is_picture:
            raise web.HTTPNotFound
        headers = {"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff"}
        return web.Response(body=file.content, content_type=file.mimetype, headers=headers)

    return [web.post("/upload/{ticket}", take), web.get("/files/{file}", show)]


async def _content(request: web.Request) -> bytes | None:
    """The bytes, sent as they are or as the one file of a form."""
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for field in (await request.post()).values():
        if isinstance(field, web.FileField):
            return field.file.read()
    return None
