"""The policy cases of a retail benchmark: its actions through our runner, and read off directly."""
