#!/usr/bin/env python3
"""Each header compiles alone. Where x.cpp includes x.hpp first, its own compilation shows that; this looks
that it does, and compiles the other headers one by one, again only when something they include changed."""

import os
import pathlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from cpp_source import ROOT, tracked

INCLUDE = re.compile(r'^#include [<"]([^>"]+)[>"]', re.MULTILINE)
SEEN = ROOT / "build/header-checks"


def is_seen(record: pathlib.Path) -> bool:
    """Whether a header compiled before, and neither it nor what it includes of ours is younger than that."""
    if not record.is_file():
        return False
    inputs = record.read_text().partition(":")[2].replace("\\\n", " ").split()
    when = record.stat().st_mtime
    return all(os.path.exists(path) and os.path.getmtime(path) <= when for path in inputs)


def compile_alone(header: str) -> str:
    record = SEEN / (header.replace("/", "-") + ".d")
    if is_seen(record):
        return ""
    draft = record.with_suffix(".draft")
    command = ["clang++-19", "-std=c++20", "-fsyntax-only", "-Wno-pragma-once-outside-header",
               '-DMIZO_VERSION="0"', "-MMD", "-MF", str(draft),
               "-I", str(ROOT), "-x", "c++", str(ROOT / header)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        return f"{header} does not compile alone:\n{done.stderr}"
    draft.rename(record)
    return ""


def main() -> int:
    SEEN.mkdir(parents=True, exist_ok=True)
    faults = []
    alone = []
    for path in tracked("*.hpp"):
        header = path.relative_to(ROOT).as_posix()
        source = path.with_suffix(".cpp")
        if header.endswith("_win32.hpp"):
            continue  # includes what only Windows has
        if not source.is_file():
            alone.append(header)
        elif (first := INCLUDE.search(source.read_text())) is None or first[1] != header:
            faults.append(f"{source.relative_to(ROOT)} does not include {header} first")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        faults += filter(None, pool.map(compile_alone, alone))
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
