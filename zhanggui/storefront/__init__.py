"""The shop page: buyers sign in, buy, and prove to the chat widget who they are. Never mixed up with the desk."""
