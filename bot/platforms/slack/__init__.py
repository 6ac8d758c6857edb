"""Slack: listeners, rendering and the client."""
