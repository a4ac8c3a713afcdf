"""The shop's goods and orders: a real small store for who has none, and the place where outside shops are mirrored."""
