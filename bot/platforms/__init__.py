"""Chat platforms: one folder each, alike inside, strangers to each other."""
