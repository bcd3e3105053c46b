"""A very small language model on loopback: the real protocol without a key, and a judgement worth nothing."""
