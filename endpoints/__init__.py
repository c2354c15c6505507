"""The sites: their rosters, the headless agent and the simulator of many sites."""
