"""Vendors' wire formats: what arrives is verified and read, what is said is written; nothing here opens a socket."""
