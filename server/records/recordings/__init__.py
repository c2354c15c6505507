"""Recordings on disk after they were made: found, checked, cut into clips, bundled, deleted."""
