"""What agents add to their work: notes, tags, snoozes, canned replies, read marks, saved views."""
