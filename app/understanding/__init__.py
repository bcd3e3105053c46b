"""The core's side of the NLU service: asking, remembering, doing without it."""
