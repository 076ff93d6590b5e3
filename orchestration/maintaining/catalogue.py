"""The catalogue of what people are told: what the source says, gathered; what is translated, compiled.

`make catalogue` writes orchestration/locale/zh_CN/LC_MESSAGES/gonghui.po anew, with every message of the
source and without those that are gone, and compiles it. The compiled file lies in git beside it: a fresh
clone, and a package, speak Chinese without a step of their own.
"""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from orchestration.home import CHECKOUT
from orchestration.language import CHINESE, DOMAIN, LOCALE

CATALOGUE = LOCALE / CHINESE / "LC_MESSAGES" / f"{DOMAIN}.po"
_WIDTH = 110


def gathered() -> Catalog:
    """Return every message of the source, with the files that say it."""
    found = Catalog()
    source = CHECKOUT / "orchestration"
    for name, _line, message, comments, context in extract_from_dir(source, [("**.py", "python")]):
        place = Path(source, name).relative_to(CHECKOUT).as_posix()
        found.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    return found


def translated() -> Catalog:
    """Return the catalogue as it lies in git."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale=CHINESE, domain=DOMAIN)


def brought_up_to_date() -> Catalog:
    """Return the catalogue with what the source says now; new messages are blank, and gone ones left out."""
    catalogue = translated()
    catalogue.update(gathered(), no_fuzzy_matching=True, update_creation_date=False)
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as its file has it: by file of the source, without lines, which change every day."""
    file = BytesIO()
    write_po(file, catalogue, width=_WIDTH, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue as gettext reads it."""
    file = BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def texts_of(message: Message) -> tuple[str, ...]:
    """Return how a message is translated: one text, or one for each plural; blank where it is not yet."""
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)


def main() -> None:
    """Write both files anew, and say what is to be translated yet."""
    catalogue = brought_up_to_date()
    CATALOGUE.write_bytes(written(catalogue))
    CATALOGUE.with_suffix(".mo").write_bytes(compiled(translated()))
    for message in catalogue:
        if message.id and not all(texts_of(message)):
            print(f"to be translated: {message.id}")


if __name__ == "__main__":
    main()
