"""What follows an order that was placed: parcels, returns, exchanges, replacements, invoices."""
