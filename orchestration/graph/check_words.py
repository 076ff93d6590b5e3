"""What Dagster says of a dbt test, in Chinese: its own description, or what every test of its kind asks."""

import re
from collections.abc import Mapping
from typing import Any

_KINDS = {
    "unique": "{column}没有重复",
    "not_null": "{column}没有空的",
    "accepted_values": "{column}只有所列各值：{values}",
    "relationships": "{column}都在 {table} 之中",
    "unique_combination": "一行一个：{columns}",
    "threshold_as_in_the_clause": "标准与条款 {clause} 的原文一致；不一致只提醒，本单位可以另定",
}


def described(test: Mapping[str, Any], model: Mapping[str, Any]) -> str:
    """Say what a data test of dbt's manifest asks of the model, or seed, that it is tied to.

    Columns are called by the label that their description begins with. Raises KeyError for a test without
    a description whose kind is not known here.
    """
    if test["description"]:
        return str(test["description"])
    asked = test["test_metadata"]["kwargs"]

    def label(column: str) -> str:
        return re.split("[：；，。（]", model["columns"][column]["description"])[0] + f"（{column}）"

    return _KINDS[test["test_metadata"]["name"]].format(
        column=label(asked["column_name"]) if "column_name" in asked else "",
        values="、".join(asked.get("values", ())),
        table="".join(re.findall(r"'(\w+)'", asked.get("to", ""))),
        columns="、".join(map(label, asked.get("columns", ()))),
        clause=asked.get("clause_id"),
    )
