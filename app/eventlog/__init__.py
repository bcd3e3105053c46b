"""The log of what happened, in full: one record an event, for warehouses and for looking back."""
