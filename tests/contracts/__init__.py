"""What the ports promise, held against every database we answer them with."""
