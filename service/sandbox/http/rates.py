"""Exchange rates, asked for by currency and day."""

from datetime import date

from service.sandbox import errors
from service.sandbox.books import Books
from service.sandbox.render import render
from service.sandbox.wire import Doc, encode


def exchange_rate(books: Books, source: str, asked: str) -> bytes:
    """Answer the last rate that was set by a day (today where none is given); 1 where nobody has set one.

    Raises SandboxFault 2020 without a currency, 2110 for what is no day.
    """
    if not source:
        raise errors.missing("sourcecurrencycode")
    day = _checked(asked) if asked else books.today
    known = [(one.doc(), one) for one in books.shelves["ExchangeRate"]]
    fitting = [
        (str(doc["AsOfDate"]), one)
        for doc, one in known
        if doc["SourceCurrencyCode"] == source.upper() and str(doc["AsOfDate"]) <= day
    ]
    if fitting:
        return render(books, max(fitting, key=lambda each: each[0])[1])
    return encode(_par(source.upper(), books.home_currency, day))


def _checked(day: str) -> str:
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise errors.bad_number("asofdate", day, code="2110") from None


def _par(source: str, target: str, day: str) -> Doc:
    return {
        "SourceCurrencyCode": source,
        "TargetCurrencyCode": target,
        "Rate": 1,
        "AsOfDate": day,
        "domain": "QBO",
        "sparse": False,
    }
