"""A company's own folder: begun empty, with tools from an OpenAPI document, or from a Rasa project."""
