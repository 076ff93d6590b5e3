"""Files of a few rows and columns, for one rule of the reference seeds alone."""

from orchestration.reference.rules.rule import Rows, Rule
from orchestration.reference.seeds import Row


def few_rows(**files: str) -> Rows:
    """The rows of files written as `header|row|row`; a row that begins with ! has a cell at fault."""
    return {name: _rows(text) for name, text in files.items()}


def _rows(text: str) -> list[Row]:
    header, *rows = text.split("|")
    return [
        Row(
            line,
            dict(zip(header.split(","), row.removeprefix("!").split(","), strict=True)),
            not row.startswith("!"),
        )
        for line, row in enumerate(rows, 2)
    ]


def told_by(rule: Rule, **files: str) -> list[str]:
    """What a rule tells of such files, each as `file:line: what is wrong and what to do`."""
    return [f"{name}:{line}: {text}" for name, line, text in rule.broken_by(few_rows(**files))]
