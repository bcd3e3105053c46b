"""How articles become the published ones: drafted, staged, shown together, taken back."""
