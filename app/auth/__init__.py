"""Who calls, and what they may do: logins, API keys, customers' tokens, roles."""
