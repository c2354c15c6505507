"""The embedded selective forwarding unit: one UDP port, one speaker, no decoding."""
