"""The layouts that come with the service, as data: an office puts its own beside them (GIAOBAN_PROFILES_DIR)."""
