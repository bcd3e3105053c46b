"""The rule book in force and those that conversations still run on; read again when its files change."""

from app.rulebooks.compiling import compiled, rail_rules, tool_shapes
from app.rulebooks.shelf import BookShelf

__all__ = ["BookShelf", "compiled", "rail_rules", "tool_shapes"]
