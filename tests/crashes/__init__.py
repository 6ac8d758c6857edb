"""Crashes at every named point of the way a message goes: real processes, ended by SIGKILL."""
