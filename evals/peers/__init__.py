"""What Frontdesk is measured against; each has its own environment and lock."""
