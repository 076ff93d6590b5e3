"""`make clauses` writes anew what every later edit of the reference seeds is compared with."""

from orchestration.home import CHECKOUT
from orchestration.reference import ReferenceSeeds
from orchestration.reference.transcription import PATH, text_of


def main() -> None:
    """Write orchestration/reference/transcription.json from the checkout's reference seeds."""
    PATH.write_text(text_of(ReferenceSeeds()), encoding="utf-8")
    print(f"{PATH.relative_to(CHECKOUT)} written")


if __name__ == "__main__":
    main()
