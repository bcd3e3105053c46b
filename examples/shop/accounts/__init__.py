"""What the shop keeps beside orders: accounts, subscriptions, payments that failed, and its letters."""
