"""All that knows QuickBooks Online: its wire, its words, its limits."""
