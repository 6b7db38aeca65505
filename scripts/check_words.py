#!/usr/bin/env python3
"""Holds what a tracked file may not say or be: paths of one machine, hosts of package registries, words for
unfinished work, and files that are built or look like secrets."""

import re
import sys

from cpp_source import ROOT, tracked

# Spelt in pieces, so that this file does not find itself.
ELSEWHERE = re.compile("|".join(["/wor" "k/", "/far" "m/", "npm" r"js\.org", "debian" r"\.org",
                                 r"\.\./" "shared"]))
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK", "not " "implemented",
                                          "un" "implemented"]) + r")\b")
CODE = (".cpp", ".hpp", ".ts", ".tsx", ".mjs", ".sql", ".py", ".cmake", ".sh")
BUILT = re.compile(r"\.(o|a|so|exe|dll|db|pfx|p12|key|zip|gz)$")
TEST_DATA = re.compile(r"^tests/.*(corpus|golden|data|vectors|fixtures)/")


def faults_of(path: str, source: str) -> list[str]:
    faults = []
    if BUILT.search(path) and not TEST_DATA.match(path):
        return [f"{path}: a built, binary or secret-looking file"]
    is_code = path.endswith(CODE) or path.startswith("scripts/")
    for number, line in enumerate(source.splitlines(), 1):
        if found := ELSEWHERE.search(line):
            faults.append(f"{path}:{number}: {found.group()} is outside the repository")
        if is_code and (found := UNFINISHED.search(line)):
            faults.append(f"{path}:{number}: unfinished by its own word: {found.group()}")
    return faults


def self_test() -> None:
    for path, source in [("a.md", "see ../" "shared/x"), ("a.cpp", "// TO" "DO"), ("scripts/a", "# FIX" "ME"),
                         ("relay.db", "")]:
        if not faults_of(path, source):
            sys.exit(f"check_words.py does not see what is wrong in {path}: {source}")


def main() -> int:
    self_test()
    faults = []
    for path in tracked():
        try:
            source = path.read_text()
        except UnicodeDecodeError:
            source = ""
        faults += faults_of(path.relative_to(ROOT).as_posix(), source)
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
