"""Channels: the ways in which customers reach the desk. Here: the widget on the shop's pages."""
