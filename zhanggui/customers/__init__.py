"""Customers: who writes to the shop, what the desk knows and remembers of them, and how they prove who they are."""
