"""A company's own folder: made empty, with tools from an OpenAPI document, or from a Rasa project."""
