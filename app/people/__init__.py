"""The people of the company, their groups and the programs' keys: added, changed, sent away."""
