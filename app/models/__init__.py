"""Language models: the adapter, what each call costs, and the budget that bounds them."""
