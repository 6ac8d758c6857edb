"""What can happen, one verb a file: a request, then keyword-only ports; one transaction each."""
