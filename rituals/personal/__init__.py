"""What is kept of one person: shown to them alone, and erased when they ask."""
