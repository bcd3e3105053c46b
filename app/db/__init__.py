"""The database: one pool, numbered forward-only migrations."""

from app.db.migrate import migrate
from app.db.pool import Database, DatabaseGone

__all__ = ["Database", "DatabaseGone", "migrate"]
