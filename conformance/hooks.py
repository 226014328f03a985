"""What schemathesis has to be told of this API's media types."""

import schemathesis


@schemathesis.hook
def filter_query(context: object, query: dict | None) -> bool:
    """What is written item by item is documented as an operation of its own, so that each answer has one type."""
    path = getattr(getattr(context, "operation", None), "path", "")
    return path.endswith("/export") or (query or {}).get("format") != "ndjson"


@schemathesis.serializer("application/x-ndjson")
def lines(_context: object, value: object) -> bytes:
    """Lines are sent as they are generated."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")
