"""The rules: plain values and decisions, with no chat, web or database vendor, no I/O and no clock of their own."""
