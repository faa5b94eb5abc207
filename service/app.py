"""The HTTP door: the API over its ports, and its description without them."""

from service.api.application import bare_app, create_app
from service.api.openapi import text_of

__all__ = ["create_app", "openapi_text"]


def openapi_text() -> str:
    """Write the OpenAPI document of this version."""
    return text_of(bare_app().openapi())
