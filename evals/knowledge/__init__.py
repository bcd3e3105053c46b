"""How well questions are answered from the articles: a set of questions, asked the way the engine asks."""
