"""The schema's history: Alembic migrations, one file a step."""
