"""Pulses: who is asked, how often, and what."""
