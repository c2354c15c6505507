"""The database: tables, repositories and migrations; core types come out, and nothing here commits by itself."""
