"""How well the rails tell attacks from messages, and what they learnt it from."""
