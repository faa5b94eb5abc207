"""Dies at every durable step of fixed histories, and again while it recovers."""
