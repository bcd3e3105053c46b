"""Customers' accounts: address, phone, email, newsletter, and the links that open them."""
