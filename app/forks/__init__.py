"""A conversation gone over again from one of its turns; no system is asked, nothing is kept."""
