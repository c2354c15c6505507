"""The Giao Ban service: the briefing rules, the running rooms, the media plane, the store and the web."""
