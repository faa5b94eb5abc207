"""quickbooks-sync: keeps a payables and receivables platform and QuickBooks Online in agreement."""
