"""The laws of the house, each as a running check: `make laws`."""
