"""Real workers as processes: killed, stopped, asked to end, beside servers that are just as real."""
