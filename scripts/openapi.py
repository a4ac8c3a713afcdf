"""Write or check web/openapi.json and the typed client made from it, so that both wings speak of the same routes.

python scripts/openapi.py --write      (make api)
python scripts/openapi.py --check      (part of make check)
"""

import filecmp
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
WEB = HOME / "web"
DESCRIPTION = WEB / "openapi.json"
CLIENT = WEB / "src" / "api"


def described() -> str:
    """The server's routes as OpenAPI, in a form that only changes when they do."""
    from zhanggui.main import build_app  # here, so that --help works while a room is broken

    return json.dumps(build_app().openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def generate(target: Path) -> None:
    """Let openapi-ts write the client for web/openapi.json into `target`."""
    environment = {**os.environ, "ZHANGGUI_API_OUT": str(target)}
    subprocess.run(["npm", "run", "--silent", "api"], cwd=WEB, env=environment, check=True, stdout=subprocess.DEVNULL)


def differing(ours: Path, fresh: Path) -> list[str]:
    """Names of files that are not the same in both folders."""
    names = {p.relative_to(folder).as_posix() for folder in (ours, fresh) for p in folder.rglob("*") if p.is_file()}
    _, mismatch, errors = filecmp.cmpfiles(ours, fresh, names, shallow=False)
    return sorted(mismatch + errors)


def stale() -> list[str]:
    """What no longer fits the server."""
    if not DESCRIPTION.exists() or DESCRIPTION.read_text(encoding="utf-8") != described():
        return ["web/openapi.json"]
    with tempfile.TemporaryDirectory(dir=HOME / ".make") as folder:
        generate(Path(folder))
        return [f"web/src/api/{name}" for name in differing(CLIENT, Path(folder))]


def write() -> None:
    """Write both again."""
    DESCRIPTION.write_text(described(), encoding="utf-8")
    generate(CLIENT)


def main() -> int:
    """Do what the only argument says; 0 when everything fits."""
    if sys.argv[1:] == ["--write"]:
        write()
        return 0
    if sys.argv[1:] != ["--check"]:
        print(__doc__)
        return 2
    if old := stale():
        print(f"not fresh, run `make api`: {', '.join(old)}")
        return 1
    print("generated client is fresh")
    return 0


if __name__ == "__main__":
    sys.exit(main())
