"""What others may rely on, held against the sandbox and the client."""
