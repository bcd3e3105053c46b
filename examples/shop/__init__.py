"""Kessel & Birch: an invented online shop with its own orders, payments, customers and tickets."""
