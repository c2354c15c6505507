"""The media plane: the interface in `plane`, the embedded forwarding unit in `sfu`."""
