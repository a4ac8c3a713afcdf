"""Wires between processes: memory (one process), PostgreSQL NOTIFY, NATS. They wake readers up and carry no truth."""
