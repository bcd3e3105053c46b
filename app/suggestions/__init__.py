"""Actions recommended to an agent, run with one click through the action graph, and how they ended."""
