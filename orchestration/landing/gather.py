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
        (work / "spill").mkdir()
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
    if in_force(home) and not provinces(home):
        raise UsageFault(_("{home} has landed files of its own: gather into another home").format(home=home))
    wanted = {name for each in landed.values() for name in each}
    faults = []
    for province, source in sources.items():
        refuse_gathered(source)
        lacking = wanted - landed[province].keys()
        missing = [export.chinese for export in RAW_EXPORTS if export.name in lacking]
        if missing:
            faults.append(
                _("{province}: {exports} lack in {home}, which other provinces have").format(
                    province=province, exports=listing(missing), home=source
                )
            )
    if faults:
        raise UsageFault(*faults, _("land them there, then gather again"))
    if len({one.codes_digest for each in landed.values() for one in each.values()}) > 1:
        raise UsageFault(
            _(
                "the provinces have landed under different org or module codes: refresh each with the "
                "same --reference, its files in the inbox, then gather again"
            )
        )


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
    """Link each province's files into a generation; yields their paths in it, and their sha256."""
    for province, source in sources.items():
        written = digests(source)
        for export in RAW_EXPORTS:
            file, target = f"{export.name}.parquet", part(generation, export, province)
            target.parent.mkdir(parents=True)
            link_or_copy(landed_dir(source) / file, target)
            yield target.relative_to(generation).as_posix(), written[file]


def part(generation: Path, export: Export, province: str) -> Path:
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
    rows = " union all ".join(
        f"select org_code, {literal(code)} as province from {rows_of(part(generation, export, code))}"
        for export in RAW_EXPORTS
        for code in codes
    )
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
    """Of one province each key occurs once, so a key that occurs twice is of two."""
    if any(column.name == "org_code" for column in export.keys):
        return
    keys = ", ".join(column.name for column in export.keys)
    rows = rows_of(*(part(generation, export, code) for code in codes))
    [(twice,)] = connection.execute(
        f"""select count(*) from (
            select {keys} from {rows} where hash({keys}) in (
                select hash({keys}) as digest from {rows} group by digest having count(*) > 1
            )
            group by {keys} having count(*) > 1
        )"""
    ).fetchall()
    if twice:
        yield _("{export}: {count} {keys} stand in more than one province").format(
            export=export.chinese, count=twice, keys=listing(column.header for column in export.keys)
        )
