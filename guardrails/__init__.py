"""NeMo Guardrails around every text that comes in or goes out."""
