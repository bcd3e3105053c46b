"""The Rasa graph components: thin shells that read and write messages around the plain models.

They are registered with Rasa's recipe in `training.py`, not by a decorator
here, because importing the recipe costs four seconds that serving can spare.
"""
