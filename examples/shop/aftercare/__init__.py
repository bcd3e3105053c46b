"""What a shop does once an order was placed: returns, exchanges, replacements, traces, invoices, stock."""
