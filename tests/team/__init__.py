"""The team room: rules by tables, every action, every route."""
