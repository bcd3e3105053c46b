"""Follow-ups: what was promised for later, and the words in which customers say when."""
