"""A local tenant that speaks Teams' protocols on loopback: Bot Connector, Entra and Graph, and its people's side."""

from bot.tenant.server import RunningTenant, running_tenant

__all__ = ["RunningTenant", "running_tenant"]
