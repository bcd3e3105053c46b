"""Takes over a Rasa 3 project: what maps becomes a book, the rest is listed with its file and line."""
