"""The pipeline: observe, plan, apply, push, settle; with lease, recovery and schedule around it."""
