"""Documents that are sent to customers."""
