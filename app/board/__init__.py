"""The supervisor's board: how the desk stands, what comes, and the conversations behind every figure."""
