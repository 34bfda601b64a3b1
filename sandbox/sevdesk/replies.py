"""The platform's one envelope, and its errors with their codes (§1.1, §1.6)."""

from __future__ import annotations

from typing import Any

from sandbox.common.replies import Reply

Json = dict[str, Any]
_UUID = "00000000-0000-4000-8000-{:012d}"


class ApiError(Exception):
    """An answer that is no success; ``status`` may be 200, as measured for 390."""

    def __init__(
        self,
        status: int,
        message: str,
        code: int | None = None,
        *,
        error_code: int = 0,
        data: object = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code
        self.error_code, self.data = error_code, [] if data is None else data


def error_body(
    status: int, message: str, code: int | None = None, *, error_code: int = 0, data: object = ()
) -> Json:
    """The body of an error; its UUID is the same for the same code and status."""
    return {
        "error": {
            "exceptionUUID": _UUID.format((code or 0) * 1000 + status),
            "message": message,
            "errorCode": error_code,
            "code": code,
            "data": list(data) if isinstance(data, tuple) else data,
            "responseCode": status,
        },
        "objects": None,
    }


def bad_request(message: str = "Bad Request") -> ApiError:
    """400 of the database level: a malformed payload (§1.6)."""
    return ApiError(400, message, None, error_code=23000)


def objects(found: object, status: int = 200, **more: object) -> Reply:
    """An answer in the envelope; ``found`` may be a list, an object or a scalar."""
    return Reply(status, {**more, "objects": found})
