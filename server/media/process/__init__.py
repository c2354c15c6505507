"""The media plane in a process of its own: supervised, and able to outlive the server."""
