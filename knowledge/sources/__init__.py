"""Articles taken from what a company has: files, exports of other systems, its website."""
