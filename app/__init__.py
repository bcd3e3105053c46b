"""Serves the engine: HTTP, WebSocket, workers, command line, database."""
