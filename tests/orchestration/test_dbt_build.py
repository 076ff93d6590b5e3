"""What happens to a build when dbt itself does not come to an end."""

from pathlib import Path

import pytest

from orchestration import dbt_build
from orchestration.home import Home


@pytest.mark.parametrize(
    "error", [MemoryError(), KeyboardInterrupt()], ids=lambda error: type(error).__name__
)
def test_what_ends_dbts_thread_ends_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def invoke(*_: object) -> None:
        raise error

    monkeypatch.setattr(dbt_build, "parse", lambda _: None)
    monkeypatch.setattr(dbt_build, "_invoke", invoke)
    with pytest.raises(type(error)):
        [*dbt_build.build(Home(tmp_path), [], "{}")]
