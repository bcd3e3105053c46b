"""`frontdesk eval nlu` and `frontdesk data`: intents measured and their examples examined."""
