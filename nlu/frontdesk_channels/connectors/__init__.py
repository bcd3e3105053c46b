"""One file a connector: Rasa's own, mended where it forgets an id, a signature or an answer."""
