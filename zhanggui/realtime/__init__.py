"""The bell tower: sockets, subscriptions, replay, wires between processes. It carries envelopes, never opens them."""
