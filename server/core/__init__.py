"""The rules of a briefing, without I/O: standard library only, and time is an argument."""
