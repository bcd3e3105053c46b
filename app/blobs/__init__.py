"""Where bytes lie that are too large for the database: a folder, or a store that speaks S3."""
