"""Promises for later: kept in the database, begun when they are due."""
