"""Subscriptions: what comes regularly, paused, resumed and ended."""
