#!/usr/bin/env python3
"""errors_page.py [--check]: writes docs/errors.md from where the codes are declared (the admin API's
contract, daemon/config/problem.cpp, and each Error made in the code), or only says whether it is current."""

import json
import re
import sys

from cpp_source import ROOT, tracked

PAGE = ROOT / "docs/errors.md"
ERROR = re.compile(r'Errc::(\w+),\s*"([a-z0-9_.]*[a-z0-9])"(?:,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)(\+)?)?')
PROBLEM = re.compile(r'\{"(\w+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\}')

INTRODUCTION = """# Codes

Every failure that somebody may have to act upon has a code that stays the same over versions; texts may be
improved. This page is written by `scripts/errors_page.py` from where the codes are declared.

A code is for a program or a search; beside it always stands a sentence that says what is wrong and, where
there is something to do, what. No code or sentence ever holds a secret.
"""


def joined(literals: str) -> str:
    """The text of adjacent C++ string literals."""
    text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals))
    return text.replace('\\"', '"').strip()


def table(title: str, note: str, head: list[str], rows: list[list[str]]) -> str:
    lines = [f"\n## {title}\n", note + "\n", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def api_tables() -> str:
    schemas = json.loads((ROOT / "docs/admin-api/openapi.json").read_text())["components"]["schemas"]
    rows = []
    for code, meaning in sorted(schemas["ProblemCode"]["x-meanings"].items()):
        status, _, text = meaning.partition(": ")
        rows.append([f"`{code}`", status, text])
    page = table("Answers of the admin API", "The `code` of a problem document (RFC 9457).",
                 ["code", "status", "meaning"], rows)
    rows = [[f"`{code}`", text] for code, text in sorted(schemas["MessageCode"]["x-meanings"].items())]
    return page + table("States, checks and advice",
                        "Codes of the sentences on the admin page; {…} is filled in.",
                        ["code", "sentence"], rows)


def settings_table() -> str:
    source = (ROOT / "daemon/config/problem.cpp").read_text()
    rows = [[f"`{code}`", joined(text)] for code, text in sorted(PROBLEM.findall(source))]
    return table("Settings", "What `config check`, the log at start and a refused change say of a value.",
                 ["code", "sentence"], rows)


def daemon_table() -> str:
    errors: dict[str, tuple[str, str]] = {}
    for path in tracked("daemon/*.cpp", "daemon/*.hpp"):
        for kind, code, literals, more in ERROR.findall(path.read_text()):
            text = joined(literals) + (" …" if more else "")
            if code not in errors or len(text) > len(errors[code][1]):
                errors[code] = (kind, text)
    rows = [[f"`{code}`", kind.replace("_", " "), text] for code, (kind, text) in sorted(errors.items())]
    return table("Inside the daemon",
                 "In the log and in answers of the command line; … stands for particulars.",
                 ["code", "kind", "sentence"], rows)


def main() -> int:
    page = INTRODUCTION + api_tables() + settings_table() + daemon_table()
    if "--check" not in sys.argv:
        PAGE.write_text(page)
        return 0
    if PAGE.is_file() and PAGE.read_text() == page:
        return 0
    print("docs/errors.md is not current; run scripts/errors_page.py")
    return 1


if __name__ == "__main__":
    sys.exit(main())
