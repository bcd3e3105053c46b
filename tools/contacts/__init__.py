"""Addresses that customers say are theirs: a code goes there, and the code that comes back proves it."""
