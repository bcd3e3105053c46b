"""What people said was wrong with a turn, and what is learnt from it."""
