"""The prioritisation committee: marks, agenda, ballots, minutes."""
