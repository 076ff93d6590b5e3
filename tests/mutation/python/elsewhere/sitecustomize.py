"""Python runs this as it starts, where PYTHONPATH names this folder: the project is imported mutated."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[4]))

from tests.mutation.python import mutated

mutated.as_the_environment_says()
