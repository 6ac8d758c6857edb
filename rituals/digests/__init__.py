"""The weekly letter to change managers."""
