"""All simulated kinds, parents first: every module here that defines `KIND`."""

import importlib
import pkgutil

from tests.simulation.kinds.kind import SimulatedKind


def _found() -> dict[str, SimulatedKind]:
    modules = (importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__))
    found = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {each.name: each for each in sorted(found, key=lambda one: one.rank)}


KINDS = _found()
ENTITY_OF = {name: each.entity for name, each in KINDS.items()}
KIND_OF = {each.entity: name for name, each in KINDS.items()}
