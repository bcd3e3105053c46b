"""How an owned conversation changes hands: transfers, barge-in, whispers, back to the queue, to its end."""
