"""What a reconcile finds among two thousand records that agree."""
