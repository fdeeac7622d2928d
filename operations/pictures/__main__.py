"""`python -m operations.pictures`: writes docs/pictures/ anew."""

from operations.pictures.documents import FOLDER, documents
from shared.checkout import CHECKOUT

FOLDER.mkdir(parents=True, exist_ok=True)
for stale in {file.name for file in FOLDER.glob("*.svg")} - documents().keys():
    (FOLDER / stale).unlink()
for name, content in documents().items():
    (FOLDER / name).write_bytes(content)
    print(f"wrote {(FOLDER / name).relative_to(CHECKOUT)}")
