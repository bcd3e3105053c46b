"""Context packages: validated before they are queued, kept in versions and twice, read as YAML."""
