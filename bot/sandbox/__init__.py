"""A local workspace that speaks Slack's protocols on loopback and has a page for people."""

from bot.sandbox.server import RunningWorkspace, running_workspace

__all__ = ["RunningWorkspace", "running_workspace"]
