"""How long to fuzz: the same few hundred examples in every `make test`, others and more in `make fuzz`."""

import os

from hypothesis import HealthCheck, settings

_COMMON = {"deadline": None, "suppress_health_check": [*HealthCheck]}
settings.register_profile("test", derandomize=True, database=None, **_COMMON)
settings.register_profile("fuzz", max_examples=int(os.environ.get("FUZZ", "5000")), **_COMMON)
settings.load_profile("fuzz" if "FUZZ" in os.environ else "test")
