"""Origins of inboxes, as the setting names them. Pure, and read before anything is served."""

from urllib.parse import urlsplit


def read_origins(text: str) -> tuple[str, ...]:
    """Read origins with commas between them; raises ValueError naming one that is none."""
    origins = tuple(one.strip() for one in text.split(",") if one.strip())
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or origin != f"{parts.scheme}://{parts.netloc}":
            raise ValueError(f"{origin!r} is no origin, such as https://inbox.example")
    return origins
