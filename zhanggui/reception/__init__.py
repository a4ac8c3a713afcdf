"""Reception: who serves whom, the queue, the first greeting."""
