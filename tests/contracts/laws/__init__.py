"""What holds after any sequence of writes, held against the sandbox with an oracle of its own."""
