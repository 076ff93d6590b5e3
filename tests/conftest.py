"""What holds for every test: a refresh writes no documents, which cost more than the rest of a small one."""

import os

os.environ["GONGHUI_BULLETIN_MONTHS"] = "0"  # tests of the documents set it
