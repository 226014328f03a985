"""What schemathesis has to be told of this API's media types."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(_context: object, value: object) -> bytes:
    """Lines are sent as they are generated."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")
