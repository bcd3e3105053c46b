"""Recorded conversations played again on a rule book, with nobody asked and nothing done."""
