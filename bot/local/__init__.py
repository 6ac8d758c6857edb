"""What the local stand-ins for chat platforms have in common: their time, memory, counters, faults and routes."""
