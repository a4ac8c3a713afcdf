"""What `make bench` runs: the limit, the product and a peer, measured against each other in the same minutes."""
