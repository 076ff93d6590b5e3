"""Posts what an alert says to an address."""

from http.client import HTTPException
from urllib.request import HTTPRedirectHandler, Request, build_opener


class _NoRedirect(HTTPRedirectHandler):
    """Takes a redirect for a failure: what follows one is a GET, which leaves the alert behind."""

    def redirect_request(self, *_: object) -> None:
        return None


def post(url: str, body: bytes, timeout: int) -> None:
    """Post JSON to `url`, waiting so many seconds for each answer; raises OSError where it is not taken."""
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "gonghui"}
    try:
        with build_opener(_NoRedirect).open(Request(url, body, headers), timeout=timeout):
            pass
    except HTTPException as error:  # its text may quote the address, and a key in that
        raise OSError(type(error).__name__) from None
