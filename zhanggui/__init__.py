"""Zhanggui (掌柜): the open customer-service desk for online shops."""

__version__ = "0.1.0"
