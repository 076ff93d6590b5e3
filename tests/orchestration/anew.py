"""A module as it is where something that it may need is not installed."""

import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType

import pytest


def imported_without(missing: str, module: str) -> ModuleType:
    """Import `module` anew, beside the one that all others have, where `missing` cannot be imported."""
    spec = find_spec(module)
    assert spec and spec.loader
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, missing, None)
        spec.loader.exec_module(anew := module_from_spec(spec))
    return anew
