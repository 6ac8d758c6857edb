"""Rehearsals: everything is said to one person, marked with whom it would have been for."""
