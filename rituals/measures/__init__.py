"""Counts into figures: adoption, satisfaction, escalation, when they call for attention, and what may be shown."""
