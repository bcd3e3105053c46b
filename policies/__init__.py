"""What the company allows: the rule book, loaded from YAML and evaluated without side effects."""
