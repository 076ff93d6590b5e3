"""The metrics of dbt's semantic model, as the SQL of Superset's: what is counted is defined there, once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DbtManifest = Mapping[str, Any]
_Named = Mapping[str, Any]

# By dbt's word for it.
_AGGREGATES = {"sum": "SUM", "min": "MIN", "max": "MAX", "count": "COUNT", "average": "AVG"}


@dataclass(frozen=True)
class Metric:
    """A measure of a dataset: SQL that DuckDB and PostgreSQL both understand."""

    name: str
    label: str
    expression: str
    number_format: str = ",d"
    description: str | None = None
    warning: str | None = None
    """What must not be done with it."""


def semantic_metrics(manifest: DbtManifest) -> dict[str, tuple[Metric, ...]]:
    """Return the metrics that `manifest`, dbt's manifest.json, has over each published table, `schema.name`.

    Raises ValueError for a metric that cannot be written out as it is: over several tables, with a filter, of
    a type or an aggregation that is not translated here.
    """
    metrics = {metric["name"]: metric for metric in manifest["metrics"].values()}
    found: dict[str, tuple[Metric, ...]] = {}
    for model in manifest["semantic_models"].values():
        table = f"{model['node_relation']['schema_name']}.{model['node_relation']['alias']}"
        measures = {measure["name"]: measure for measure in model["measures"]}
        # By name: dbt's order is that in which it last read the files.
        own = [name for name in sorted(metrics) if _measures(metrics[name]) <= measures.keys()]
        found[table] = tuple(_metric(metrics[name], measures, metrics) for name in own)
    left = metrics.keys() - {metric.name for own_metrics in found.values() for metric in own_metrics}
    if left:
        raise ValueError(f"metric {', '.join(sorted(left))}: no one table has all that it counts")
    return found


def _measures(metric: _Named) -> set[str]:
    """The measures that a metric is made of, those of its numerator and denominator, too."""
    return {measure["name"] for measure in metric["type_params"]["input_measures"]}


def _metric(metric: _Named, measures: Mapping[str, _Named], metrics: Mapping[str, _Named]) -> Metric:
    by_month = any(measures[name]["non_additive_dimension"] for name in _measures(metric))
    return Metric(
        metric["name"],
        metric["label"],
        _expression(metric, measures, metrics),
        ".1%" if metric["type"] == "ratio" else ",d",
        metric["description"],
        "各月不可相加：请只看一个月，或按月分组" if by_month else None,
    )


def _expression(metric: _Named, measures: Mapping[str, _Named], metrics: Mapping[str, _Named]) -> str:
    name, params = metric["name"], metric["type_params"]
    parts = [params[part] for part in ("measure", "numerator", "denominator") if params[part]]
    if any(filtered["filter"] for filtered in (metric, *parts)):
        raise ValueError(
            f"metric {name}: a filter is not written out for Superset; say it in the measure's expr"
        )
    match metric["type"]:
        case "simple":
            measure = measures[params["measure"]["name"]]
            if measure["agg"] not in _AGGREGATES:
                raise ValueError(f"metric {name}: its {measure['agg']} is not written out for Superset")
            return f"{_AGGREGATES[measure['agg']]}({measure['expr'] or measure['name']})"
        case "ratio":
            numerator, denominator = (_expression(metrics[each["name"]], measures, metrics) for each in parts)
            return f"{numerator} * 1.0 / NULLIF({denominator}, 0)"
        case other:
            raise ValueError(f"metric {name}: its type {other} is not written out for Superset")
