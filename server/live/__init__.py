"""Running briefings: a room each, the rooms together, and the feed that tells everybody."""
