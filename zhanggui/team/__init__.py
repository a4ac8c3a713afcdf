"""Agents, roles, groups, sessions and presence: who works here, and what each may do."""
