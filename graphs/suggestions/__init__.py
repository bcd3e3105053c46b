"""What an agent could do next: what the book's flows come to, ranked by what worked before."""
