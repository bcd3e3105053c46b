"""Vendors' wire formats: what arrives is verified and read, what is said is written. No socket is opened."""
