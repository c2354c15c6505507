"""The HTTP surface: one file per resource; a handler parses, calls one move and answers."""
