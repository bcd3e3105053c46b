"""Conversations found by their words, which are stored only as ciphertext and keyed hashes."""
