"""Writes the table of files and hashes in resources/SOURCES.md anew."""

import hashlib
import re
from pathlib import Path

RESOURCES = Path(__file__).parents[1]
HEADING = "## Files"
SHIPPED_HERE = re.compile(r"demo-model/([^/]*\.gguf$|hf/)")


def origin(name: str) -> str:
    if name.startswith("icons/"):
        return "drawn for this project"
    if name.startswith("demo-model/"):
        return "trained for this project"
    if re.search("open-book|summarization", name):
        return "invented"
    return "facts, invented" if re.search("calibration|perplexity|instruction", name) else "facts"


def rows() -> list[list[str]]:
    found = [["file", "origin", "licence", "sha256"]]
    for path in sorted(path for path in RESOURCES.rglob("*") if path.is_file()):
        name = path.relative_to(RESOURCES).as_posix()
        if "/" in name and (not name.startswith("demo-model/") or SHIPPED_HERE.match(name)):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            found.append([f"`{name}`", origin(name), "Apache-2.0", f"`{digest}`"])
    return found


def main() -> None:
    table = rows()
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    table.insert(1, ["-" * width for width in widths])
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in table)
    lines = [f"| {' | '.join(row)} |" for row in padded]
    path = RESOURCES / "SOURCES.md"
    before = path.read_text("utf-8").partition(HEADING)[0]
    path.write_text(f"{before}{HEADING}\n\n" + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
