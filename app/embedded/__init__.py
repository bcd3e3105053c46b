"""What runs beside the engine when no address is configured: PostgreSQL, Valkey, NLU, the sample company."""
