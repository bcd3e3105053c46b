"""How much is taken from whom: token buckets in Valkey, which quiet senders never wait for."""
