"""`make bench`: what Comitia's work costs, as ratios to a bare limit measured in the same run."""
