"""The demo shop 青禾集: a folder full of life, so that every screen shows what it is for."""
