"""Understanding for Frontdesk: Rasa NLU components and the server around them."""
