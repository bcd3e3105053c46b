"""What owners should look at: broken links, articles that contradict each other, days that have come."""
