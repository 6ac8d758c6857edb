"""The demo: Comitia, a local workspace and a made-up group of people, all on loopback."""
