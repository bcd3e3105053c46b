"""What the assistant decides: one graph for a customer's message, one for an action with effect."""
