"""The stylesheet, the script and the icon."""

from fastapi import APIRouter, Response

from app.core.errors import NotFound
from app.web import drawing

router = APIRouter(include_in_schema=False)

FOR_GOOD = "public, max-age=31536000, immutable"


@router.get("/static/{name}")
async def static_file(name: str) -> Response:
    """A file that pages link to by its version."""
    found = drawing.static_files().get(name)
    if found is None:
        raise NotFound
    content, media_type, _ = found
    return Response(content, media_type=media_type, headers={"Cache-Control": FOR_GOOD})
