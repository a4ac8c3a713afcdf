"""The bell tower: sockets, subscriptions, replay and the wires between processes. It carries envelopes, never opens them."""
