"""Names what a customer wants, and says how sure that is."""
