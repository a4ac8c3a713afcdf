"""Conversations and messages: what customers and agents say to each other, kept in order and never lost."""
