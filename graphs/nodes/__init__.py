"""The nodes of the conversation graph, one file a concern."""
