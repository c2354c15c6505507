"""Recording: what is on the stage, written to disk as it was sent."""
