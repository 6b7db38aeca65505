#!/usr/bin/env python3
"""Writes a C++ file that holds every file below a directory, so that the program carries its assets."""

import pathlib
import sys


def literal(data: bytes) -> str:
    # A string literal cut into short pieces; octal escapes cannot run into a following digit.
    lines = []
    for start in range(0, len(data), 64):
        piece = "".join(f"\\{byte:03o}" for byte in data[start:start + 64])
        lines.append(f'    "{piece}"')
    return "\n".join(lines) or '    ""'


def main() -> None:
    name, directory, output = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    paths = sorted(path for path in directory.rglob("*") if path.is_file())
    parts = ['#include "daemon/base/embedded.hpp"\n\nnamespace mizo::embedded {\n']
    rows = []
    for index, path in enumerate(paths):
        data = path.read_bytes()
        parts.append(f"static const char file_{index}[] =\n{literal(data)};\n")
        rows.append(f'    {{"{path.relative_to(directory).as_posix()}", {{file_{index}, {len(data)}}}}},')
    parts.append(f"static constexpr File {name}_files[] = {{\n" + "\n".join(rows) + "\n};\n")
    parts.append(f"std::span<const File> {name}() {{ return {name}_files; }}\n")
    parts.append("} // namespace mizo::embedded\n")
    output.write_text("\n".join(parts))


main()
