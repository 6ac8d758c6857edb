"""What the command line does, without the command line: functions that write to a stream and return an exit code."""
