"""Microsoft's clouds: who signs what Teams sends, where keys and tokens come from, where our bearer may go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """One of Microsoft's clouds, or a local stand-in for one.

    `issuer`: who signs the tokens of activities. `openid_url`: the document that names the keys of that issuer.
    `login_url`: where our own tokens come from, without a tenant. `scope`: what such a token is for at the connector.
    `graph_url`: Graph with its version, as it is reached. `graph_name`: Graph as tokens for it and what lies in it are
    named, whatever address serves it. `services`: where a service URL may lead: a host name, "*." and a domain for
    every host below it (both by https on its ordinary port), or a whole origin such as "http://127.0.0.1:56150".
    `gcc_url`: where tenants are served instead at whose calls the connector says that it is the wrong host.
    """

    issuer: str
    openid_url: str
    login_url: str
    scope: str
    graph_url: str
    services: tuple[str, ...]
    graph_name: str = "https://graph.microsoft.com"
    gcc_url: str = ""

    def serves(self, service_url: str) -> bool:
        """Whether `service_url` leads to this cloud: our bearer goes nowhere else."""
        return _leads_to(service_url, self.services)


PUBLIC = Cloud(
    issuer="https://api.botframework.com",
    openid_url="https://login.botframework.com/v1/.well-known/openidconfiguration",
    login_url="https://login.microsoftonline.com",
    scope="https://api.botframework.com/.default",
    graph_url="https://graph.microsoft.com/v1.0",
    services=("smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com", "*.botframework.com"),
    gcc_url="https://smba.infra.gcc.teams.microsoft.com/teams/",
)
"""Everybody's, GCC included."""

GOVERNMENT = Cloud(
    issuer="https://api.botframework.us",
    openid_url="https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
    login_url="https://login.microsoftonline.us",
    scope="https://api.botframework.us/.default",
    graph_url="https://graph.microsoft.us/v1.0",
    services=("smba.infra.gov.teams.microsoft.us", "smba.infra.dod.teams.microsoft.us", "*.botframework.azure.us"),
    graph_name="https://graph.microsoft.us",
)
"""GCC High; DoD differs by its `graph_url` (https://dod-graph.microsoft.us/v1.0) and `graph_name`."""


def is_loopback(host: str) -> bool:
    """Whether a host name, without port, is this machine itself."""
    return host.strip("[]").lower() in _LOOPBACK


def leads_home(url: str) -> bool:
    """Whether an http address leads to this machine itself."""
    origin = _origin(url)
    return origin is not None and is_loopback(origin[1])


@lru_cache(maxsize=256)
def _leads_to(url: str, services: tuple[str, ...]) -> bool:
    origin = _origin(url)
    if origin is None:
        return False
    for service in services:
        if "://" in service:
            if origin == _origin(service):
                return True
        elif origin[0] != "https" or origin[2] != 443:
            continue
        elif origin[1] == service or (service.startswith("*.") and origin[1].endswith(service[1:])):
            return True
    return False


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host, port; None for what is no plain address: two readers of an odd one may see two hosts."""
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in " \\@#?"):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, port or (443 if parts.scheme == "https" else 80)
