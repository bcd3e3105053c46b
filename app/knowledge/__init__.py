"""The help centre as people work on it: drafts, releases, sources, gaps, what readers think of it."""
