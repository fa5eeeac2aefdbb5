"""What came of one request, as a state and a sentence with the remedy."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from dsolint.delivery.answer import Answer, NoAnswer, read_answer
from dsolint.delivery.client import Reach, Response
from dsolint.delivery.record import State
from dsolint.phrases import Counted, Phrase

_DENIED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_CODES = {
    "ACCESS_DENIED": Phrase(
        "The server denies access: check user and password, and whether the account may import through the API."
    ),
    "CSV_EMPTY": Phrase("The server finds no data in the file: see whether the export wrote any rows."),
    "CSV_BAD_SYNTAX": Phrase(
        "The server can't read the file as the CSV that it expects: check delimiter, quotes and header."
    ),
}


class FileOutcome(Struct, frozen=True):
    """What came of a file: its state, why, and the server's answer where there is a documented one."""

    state: State
    sentence: Phrase
    answer: Answer | None = None


def judge(response: Response, *, asynchronous: bool, clears: bool) -> FileOutcome:
    """What a response says of the file that was sent; `clears` tells that the import clears items that are absent."""
    if response.reach is not Reach.ANSWERED:
        return _without_answer(response)
    found = _of_answer(response, asynchronous=asynchronous, clears=clears)
    if response.uncertain and found.state in (State.REFUSED, State.UNSENT):
        message = (
            "Nobody knows whether the file was imported: it may have been, although the last answer says: {sentence}"
        )
        return replace(found, state=State.UNKNOWN, sentence=Phrase(message, {"sentence": found.sentence}))
    return found


def _of_answer(response: Response, *, asynchronous: bool, clears: bool) -> FileOutcome:
    status = response.status or 0
    answer = NoAnswer(Phrase("it is too long")) if response.too_long else read_answer(response.body)
    if isinstance(answer, Answer) and not answer.success:
        return FileOutcome(State.REFUSED, _refusal(answer), answer)
    if isinstance(answer, Answer) and status < HTTPStatus.MULTIPLE_CHOICES:
        return _success(answer, asynchronous=asynchronous, clears=clears)
    if status in _DENIED:
        return FileOutcome(State.REFUSED, _CODES["ACCESS_DENIED"])
    return _undocumented(response, status, answer)


def _without_answer(response: Response) -> FileOutcome:
    problem = response.problem or Phrase("no answer came")
    if response.uncertain:
        message = "Nobody knows whether the file was imported: {problem}. Look in the product before it is sent again."
        return FileOutcome(State.UNKNOWN, Phrase(message, {"problem": problem}))
    return FileOutcome(State.UNSENT, Phrase("The file was not sent: {problem}.", {"problem": problem}))


def _success(answer: Answer, *, asynchronous: bool, clears: bool) -> FileOutcome:
    if asynchronous:
        return FileOutcome(State.QUEUED, Phrase("Queued: what comes of the import can't be known from here."), answer)
    if not answer.left_out:
        return FileOutcome(State.ACCEPTED, Phrase("Accepted."), answer)
    one = "Accepted, and {count} line left out."
    many = "Accepted, and {count} lines left out."
    if clears:
        one = "Accepted, and {count} line left out. STOCK mode takes its item for paid: look at it in the product, correct the line in the ERP and send the file again."
        many = "Accepted, and {count} lines left out. STOCK mode takes their items for paid: look at them in the product, correct the lines in the ERP and send the file again."
    return FileOutcome(State.ACCEPTED, Counted(one, many, len(answer.left_out)), answer)


def _refusal(answer: Answer) -> Phrase:
    code, description = answer.error_code, answer.error_description
    known = _CODES.get((code or "").upper())
    if known is not None:
        return (
            Phrase("{sentence} It says: {description}", {"sentence": known, "description": description})
            if description
            else known
        )
    if code is None:
        return Phrase("The server refuses the file: {description}", {"description": description or "-"})
    message = "The server refuses the file with {code}, a code that is not documented: {description}"
    return Phrase(message, {"code": code, "description": description or "-"})


def _undocumented(response: Response, status: int, answer: Answer | NoAnswer) -> FileOutcome:
    """What an answer means that is not the documented one. Only those that say so for certain keep the file out."""
    params = {"status": str(status)}
    if status == HTTPStatus.SEE_OTHER:
        message = "Nobody knows whether the file was imported: the server refers to {place} for its answer."
        return FileOutcome(State.UNKNOWN, Phrase(message, {"place": _address(response.headers.get("location", ""))}))
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        place = _address(response.headers.get("location", ""))
        message = "The file was not imported: the server redirects to {place}, and credentials follow no redirect. If that is right, name it with --url."
        return FileOutcome(State.UNSENT, Phrase(message, {"place": place}))
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE) and not response.uncertain:
        message = "The file was not imported: the server is busy (status {status}). Try again later."
        return FileOutcome(State.UNSENT, Phrase(message, params))
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and not response.uncertain:
        message = "The server refuses the request (status {status}): check the address, which --url names."
        return FileOutcome(State.REFUSED, Phrase(message, params))
    if isinstance(answer, NoAnswer):
        message = "Nobody knows whether the file was imported: the answer has status {status}, and {problem}."
        return FileOutcome(State.UNKNOWN, Phrase(message, {**params, "problem": answer.problem}))
    message = (
        "Nobody knows whether the file was imported: the answer speaks of success, and its status {status} does not."
    )
    return FileOutcome(State.UNKNOWN, Phrase(message, params), answer)


def _address(location: str) -> str:
    """Where a redirect leads, without what may be a secret in it."""
    try:
        parts = urlsplit(location)
        host = parts.hostname
    except ValueError:
        return "-"
    return f"{parts.scheme}://{host}{parts.path}" if host else parts.path
