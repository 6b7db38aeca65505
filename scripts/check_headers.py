#!/usr/bin/env python3
"""Each header compiles alone. Where x.cpp includes x.hpp first, its own compilation shows that; this looks
that it does, and compiles the other headers one by one."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from cpp_source import ROOT, tracked

INCLUDE = re.compile(r'^#include [<"]([^>"]+)[>"]', re.MULTILINE)


def compile_alone(header: str) -> str:
    command = ["clang++-19", "-std=c++20", "-fsyntax-only", "-Wno-pragma-once-outside-header",
               "-I", str(ROOT), "-x", "c++", header]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return f"{header} does not compile alone:\n{done.stderr}" if done.returncode else ""


def main() -> int:
    faults = []
    alone = []
    for path in tracked("*.hpp"):
        header = path.relative_to(ROOT).as_posix()
        source = path.with_suffix(".cpp")
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
