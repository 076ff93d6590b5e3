"""dbt's documentation of the project as one page that needs no server and no network (`make docs`)."""

import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from orchestration import dbt_build
from orchestration.home import DBT_PROJECT, Home

TITLE = "四川省工会网上工作平台监测评价 · 数据文档"

# Of the tables the catalog has names and types: no model needs a row for that.
_SEEDS_AND_EMPTY_MODELS = ["--resource-type", "seed", "--resource-type", "model", "--empty"]


def generate(home: Home) -> Path:
    """Build the project in `home`, its models without rows, and document it.

    Returns the page; dbt's manifest and catalog lie beside it. Raises BuildFailed where the project cannot be
    built or documented.
    """
    from dbt.cli.main import dbtRunner

    for _ in dbt_build.build(home, _SEEDS_AND_EMPTY_MODELS, variables="{}"):
        pass
    folders = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    arguments = ["docs", "generate", "--static", "--target-path", str(home.dbt_run)]
    result = dbtRunner().invoke(["--log-level", "none", "--log-level-file", "none", *arguments, *folders])
    if not result.success:
        raise dbt_build.BuildFailed(f"dbt could not document the project: {result.exception}")
    page = home.dbt_run / "static_index.html"
    page.write_text(_tidied(page.read_text(encoding="utf-8")), encoding="utf-8")
    return page


def _tidied(page: str) -> str:
    """Give the page its own title; seeds and analyses, which lie beside dbt's folder, lose their `..`."""
    return page.replace("<title>dbt Docs</title>", f"<title>{TITLE}</title>", 1).replace(
        '"original_file_path": "../', '"original_file_path": "'
    )


def main(arguments: Sequence[str]) -> None:
    """Write the page to the path given; where that cannot be done, say why and exit with 1."""
    [target] = map(Path, arguments)
    with TemporaryDirectory() as scratch:
        try:
            page = generate(Home(Path(scratch)))
        except dbt_build.BuildFailed as failure:
            sys.exit(str(failure))
        target.parent.mkdir(parents=True, exist_ok=True)
        copyfile(page, target)
    print(f"open {target} in a browser")


if __name__ == "__main__":
    main(sys.argv[1:])
