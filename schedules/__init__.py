"""Planning: what falls due when, and the alarm that says so."""
