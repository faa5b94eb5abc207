"""The sandbox held against what QuickBooks really answered; skipped where the recordings are not at hand."""
