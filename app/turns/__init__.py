"""Inbox, lease, graph, one commit, outbox: each event is answered exactly once."""
