"""Word lists of simulated sites, as JSON."""
