"""The ground: database, events, and what every room stands on."""
