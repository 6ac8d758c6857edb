"""Scenarios: Comitia against a local workspace, in through the doors people and Slack use."""
