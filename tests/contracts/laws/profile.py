"""How long a counter-example is searched for: the same few examples in each run, more on demand."""

import os

from hypothesis import HealthCheck, settings

MORE = int(os.environ.get("LAWS", "1"))
"""`LAWS=20` searches twenty times as long, and anew each time."""


def bounded(examples: int, steps: int = 50) -> settings:
    """Answer the settings of one law."""
    return settings(
        max_examples=examples * MORE,
        stateful_step_count=steps,
        deadline=None,
        derandomize=MORE == 1,
        database=None,
        print_blob=False,
        phases=settings().phases,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
