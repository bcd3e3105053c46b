"""Attackers talk to the whole engine while its model obeys; the shop's books say what they reached."""
