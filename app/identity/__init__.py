"""One customer over many channels: by what they proved to be theirs, never by a name."""
