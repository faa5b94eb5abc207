"""The wire: routes, envelopes, headers, the two dialects of faults, OAuth's pages and the control side."""
