"""What many homes have landed, each of a province, becomes what one home has: it builds as one."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from orchestration.common import clock, engine_faults
from orchestration.common.files import link_or_copy
from orchestration.common.settings import Settings
from orchestration.common.sql import literal
from orchestration.errors import UsageFault
from orchestration.landing.exports import RAW_EXPORTS, Export
from orchestration.landing.home import (
    damaged,
    digests,
    in_force,
    landed_dir,
    provinces,
    put_in_force,
    refuse_gathered,
    workspace,
    write_manifest,
)
from orchestration.landing.lists import carry_lists_over, open_lists, write_lists
from orchestration.landing.outcome import LandedSnapshot, LandingFailed
from orchestration.landing.parquet import rows_of
from orchestration.language import _, listing

_MOST_TOLD = 5


def gather(home: Path, sources: Mapping[str, Path]) -> dict[str, LandedSnapshot]:
    """Put in force in `home` what `sources`, homes by province code (GB/T 2260), have landed.

    Files are linked, not written anew: HOME/landed/current/EXPORT.parquet/province=NN/landed.parquet. Of each
    export the oldest date counts and rows add up; refused rows keep their file, called NN/FILE. Proved over
    all provinces: each has landed the same exports under the same codes, no org has rows in two, no key
    stands in two. The caller holds all homes. Raises UsageFault for what cannot be gathered, LandingFailed;
    then, as after a crash, what was in force stays in force.
    """
    landed = {province: in_force(source) for province, source in sorted(sources.items())}
    _demand_gatherable(home, sources, landed)
    for province, source in sources.items():
        if lost := damaged(source):
            raise LandingFailed(
                _("{names} of {province} in {home} is missing or damaged: refresh there first").format(
                    names=listing(sorted(lost)), province=province, home=source
                )
            )
    names = [export.name for export in RAW_EXPORTS if any(export.name in each for each in landed.values())]
    snapshots = {name: _together(name, landed) for name in names}
    with workspace(home) as work:
        generation = work / "generation"
        known = dict(_linked(generation, sources))
        try:
            with duckdb.connect(config=Settings.read().duckdb(work / "spill")) as connection:
                _demand_apart(connection, generation, sorted(sources))
                open_lists(connection)
                for province, source in sorted(sources.items()):
                    carry_lists_over(connection, landed_dir(source), called=f"{province}/")
                write_lists(connection, snapshots.values(), generation)
        except duckdb.Error as error:  # its text may quote a row
            raise LandingFailed(engine_faults.sentence(error)) from None
        write_manifest(home, generation, snapshots.values(), known, sorted(sources))
        put_in_force(home, generation)
    return snapshots


def _demand_gatherable(
    home: Path, sources: Mapping[str, Path], landed: Mapping[str, Mapping[str, LandedSnapshot]]
) -> None:
    before = provinces(home)
    if in_force(home) and not before:
        raise UsageFault(_("{home} has landed files of its own: gather into another home").format(home=home))
    if gone := sorted(set(before) - sources.keys()):
        raise UsageFault(
            _(
                "{provinces} were gathered in {home} and are not named now: name them too, or gather into "
                "another home"
            ).format(provinces=listing(gone), home=home)
        )
    for source in sources.values():
        refuse_gathered(source)
    if faults := [*_not_landed(sources, landed), *_judged_otherwise(sources, landed)]:
        raise UsageFault(*faults, _("mend that there, then gather again"))


def _not_landed(
    sources: Mapping[str, Path], landed: Mapping[str, Mapping[str, LandedSnapshot]]
) -> Iterator[str]:
    wanted = {name for each in landed.values() for name in each}
    for province, snapshots in landed.items():
        lacking = wanted - snapshots.keys()
        if missing := [export.chinese for export in RAW_EXPORTS if export.name in lacking]:
            yield _("{province}: {home} has not landed {exports}, which other provinces have").format(
                province=province, home=sources[province], exports=listing(missing)
            )


def _judged_otherwise(
    sources: Mapping[str, Path], landed: Mapping[str, Mapping[str, LandedSnapshot]]
) -> Iterator[str]:
    """Tell which snapshots landed under other codes or spellings than the newest of all."""
    everything = [snapshot for each in landed.values() for snapshot in each.values()]
    newest = max(everything, key=lambda snapshot: snapshot.landed_at).codes_digest
    for province, snapshots in landed.items():
        others = [
            export.chinese
            for export in RAW_EXPORTS
            if export.name in snapshots and snapshots[export.name].codes_digest != newest
        ]
        if others:
            yield _(
                "{province}: {home} landed {exports} under other codes or spellings: refresh it with the "
                "--reference of all, these files in its inbox"
            ).format(province=province, home=sources[province], exports=listing(others))


def _together(name: str, landed: Mapping[str, Mapping[str, LandedSnapshot]]) -> LandedSnapshot:
    parts = {province: each[name] for province, each in landed.items()}
    return LandedSnapshot(
        export_name=name,
        export_date=min(each.export_date for each in parts.values()),
        rows_read=sum(each.rows_read for each in parts.values()),
        rows_landed=sum(each.rows_landed for each in parts.values()),
        rows_rejected=sum(each.rows_rejected for each in parts.values()),
        files=tuple(
            replace(file, name=f"{province}/{file.name}")
            for province, each in parts.items()
            for file in each.files
        ),
        landed_at=clock.now(),
        codes_digest=next(iter(parts.values())).codes_digest,
    )


def _linked(generation: Path, sources: Mapping[str, Path]) -> Iterator[tuple[str, str]]:
    """Link each province's files into a generation; yields their paths in it, and known sha256."""
    for province, source in sources.items():
        written = digests(source)
        for export in RAW_EXPORTS:
            file, target = f"{export.name}.parquet", _file(generation, export, province)
            target.parent.mkdir(parents=True)
            link_or_copy(landed_dir(source) / file, target)
            if file in written:  # not by an early version
                yield target.relative_to(generation).as_posix(), written[file]


def _file(generation: Path, export: Export, province: str) -> Path:
    """Where the rows of one province lie in a generation of gathered ones."""
    return generation / f"{export.name}.parquet" / f"province={province}" / "landed.parquet"


def _demand_apart(connection: duckdb.DuckDBPyConnection, generation: Path, codes: list[str]) -> None:
    """Raise UsageFault where an org has rows in two provinces, or a key of an export stands in two."""
    faults = [*_orgs_of_two(connection, generation, codes)]
    if not faults:
        for export in RAW_EXPORTS:
            faults += _keys_of_two(connection, generation, codes, export)
    if faults:
        raise UsageFault(
            *faults, _("nothing was gathered: have the file of one province leave them out, and land it anew")
        )


def _orgs_of_two(connection: duckdb.DuckDBPyConnection, generation: Path, codes: list[str]) -> Iterator[str]:
    rows = " union all ".join(_rows(generation, export, codes, "org_code") for export in RAW_EXPORTS)
    found = connection.execute(
        f"""select org_code, list(distinct province order by province) as provinces from ({rows})
        group by org_code having len(provinces) > 1 order by org_code"""
    ).fetchall()
    for org_code, within in found[:_MOST_TOLD]:
        yield _("org {code} has rows in {provinces}").format(code=org_code, provinces=listing(within))
    if len(found) > _MOST_TOLD:
        yield _("and {count} more orgs").format(count=len(found) - _MOST_TOLD)


def _keys_of_two(
    connection: duckdb.DuckDBPyConnection, generation: Path, codes: list[str], export: Export
) -> Iterator[str]:
    """Of one province each key occurs once, so a key that occurs twice is of two; none is told (personal)."""
    if any(column.name == "org_code" for column in export.keys):
        return
    keys = ", ".join(column.name for column in export.keys)
    rows = _rows(generation, export, codes, keys)
    [(twice, within)] = connection.execute(
        f"""select count(*), list_sort(list_distinct(flatten(list(provinces)))) from (
            select {keys}, list(province) as provinces from ({rows}) where hash({keys}) in (
                select hash({keys}) as digest from ({rows}) group by digest having count(*) > 1
            )
            group by {keys} having count(*) > 1
        )"""
    ).fetchall()
    if twice:
        yield _("{export}: {count} {keys} stand in more than one of {provinces}").format(
            export=export.chinese,
            count=twice,
            keys=listing(column.header for column in export.keys),
            provinces=listing(within),
        )


def _rows(generation: Path, export: Export, codes: list[str], columns: str) -> str:
    """The query for some columns of an export, and the province that each row is of."""
    return " union all ".join(
        f"select {columns}, {literal(code)} as province from {rows_of(_file(generation, export, code))}"
        for code in codes
    )
