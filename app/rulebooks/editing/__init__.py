"""The rule book changed from the console: drafts judged, compared, published and taken back."""
