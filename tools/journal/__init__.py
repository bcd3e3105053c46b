"""The journal of effects: what was intended, begun and settled, under which key."""
