"""Conversations that people answer in another chat system: pushed there whole, read back by webhook."""
