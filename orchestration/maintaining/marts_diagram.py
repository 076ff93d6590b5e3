"""How the published tables hang together: `docs/marts.md`, an entity-relationship diagram (`make marts`).

A table refers to another whose primary key is one column, where it has that column, too: keys are called
alike wherever they stand.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.home import CHECKOUT, home_at
from orchestration.publishing.publish import PUBLISHED_SCHEMAS

PAGE = CHECKOUT / "docs" / "marts.md"

_HEAD = """# 对外各表的关系 · How the published tables hang together

`make marts` 由 dbt 的模型定义生成，改动模型后重新生成。Written by `make marts` from the models' YAML.
PK 主键 primary key，FK 外键 foreign key；其余各列见 `make docs`。Other columns: `make docs`.
"""


@dataclass(frozen=True)
class Mart:
    """A published table: its address, what a row is called, its key, the names and types of its columns."""

    address: str
    key: tuple[str, ...]
    columns: Mapping[str, str]


def marts(manifest: Mapping[str, Any]) -> list[Mart]:
    """Return the published tables of dbt's manifest, by address."""
    found = []
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["schema"] in PUBLISHED_SCHEMAS:
            keys = [each["columns"] for each in node["constraints"] if each["type"] == "primary_key"]
            columns = {name: column["data_type"] for name, column in node["columns"].items()}
            address = f"{node['schema']}.{node['alias']}"
            found.append(Mart(address, tuple(keys[0]) if keys else (), columns))
    return sorted(found, key=lambda mart: mart.address)


def references(tables: list[Mart]) -> Iterator[tuple[Mart, Mart, str]]:
    """Yield each table with one that it refers to, and the column by which it does."""
    for table in tables:
        for other in tables:
            if len(other.key) == 1 and other is not table and other.key[0] in table.columns:
                yield table, other, other.key[0]


def page_text(manifest: Mapping[str, Any]) -> str:
    """Return the page: one diagram per schema, the tables that it refers to beside its own."""
    tables = marts(manifest)
    refers = list(references(tables))
    parts = [_HEAD]
    for schema in PUBLISHED_SCHEMAS:
        own = [table for table in tables if table.address.startswith(f"{schema}.")]
        arrows = [(table, other, column) for table, other, column in refers if table in own]
        lines = [
            *(line for table in own for line in _entity(table, {c for t, _, c in arrows if t is table})),
            *(f"  {_name(other)} ||--o{{ {_name(table)} : {column}" for table, other, column in arrows),
        ]
        parts.append("\n".join([f"## {schema}", "", "```mermaid", "erDiagram", *lines, "```", ""]))
    return "\n".join(parts)


def _entity(table: Mart, foreign: set[str]) -> Iterator[str]:
    """A table with the columns of its keys; Mermaid wants types without brackets."""
    yield f"  {_name(table)} {{"
    for name, kind in table.columns.items():
        marks = ["PK"] * (name in table.key) + ["FK"] * (name in foreign)
        if marks:
            yield f"    {kind.split('(')[0]} {name} {', '.join(marks)}"
    yield "  }"


def _name(table: Mart) -> str:
    return f'"{table.address}"'


def main() -> None:
    """Write the page."""
    from orchestration import dbt_build

    manifest = dbt_build.parse(home_at(None)).writable_manifest().to_dict(omit_none=False)
    PAGE.write_text(page_text(manifest), encoding="utf-8")
    print(f"{PAGE.relative_to(CHECKOUT)} written")


if __name__ == "__main__":
    main()
