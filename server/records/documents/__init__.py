"""The papers of a meeting: what they say, how an office lays them out, and as which files."""
