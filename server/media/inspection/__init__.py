"""Stills and signal checks: what sources send is decoded in a helper process that may crash."""
