"""Files that come with messages: checked, encrypted, kept, and shown by links that end."""
