"""The part of LangGraph Server's HTTP API with which inboxes list what waits for a person, and resume it."""
