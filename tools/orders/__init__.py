"""Orders: what a customer bought, where it is, and what may still be changed."""
