"""Tools that a company declares over its own systems: OpenAPI, GraphQL, SOAP, MCP."""
