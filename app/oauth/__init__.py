"""OAuth 2 for programs: clients with a secret fetch access tokens that end soon (RFC 6749, section 4.4)."""
