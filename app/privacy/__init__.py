"""What keeps customers' words private: encryption, blind indexes."""
