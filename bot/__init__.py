"""The outside: chat platforms, the web, the clock and the command line."""
