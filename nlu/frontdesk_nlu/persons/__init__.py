"""How likely it is that a message asks for a person, where single words do not tell."""
