#!/usr/bin/env python3
"""Holds the walls: a function has at most 70 lines and 4 parameters, a file 500 lines, a line 110 columns.
The wall is a prompt to look for the missing idea, not to cut at line 70. Tests obey those of file and
line."""

import ast
import re
import sys

from cpp_source import ROOT, brace_kind, pairs_of, parameters_before, tokens_of, tracked

FUNCTION_LINES = 70
PARAMETERS = 4
FILE_LINES = 500
COLUMNS = 110

ACCESS = ("public", "private", "protected")

PATTERNS = ["*.cpp", "*.hpp", "*.py", "*.mjs", "*.js", "*.ts", "*.tsx", "*.css", "*.sql", "scripts/*",
            "CMakeLists.txt", "*/CMakeLists.txt", "*.cmake"]
# The start of a function that has a body, in code of one statement a line.
SCRIPT_FUNCTION = re.compile(
    r"""^(?P<indent>\s*)(?:export\s+)?(?:default\s+)?(?:
        (?:async\s+)?function\b\s*\*?\s*(?P<name>\w*)
      | (?:const|let)\s+(?P<arrow>\w+)\s*(?::[^=]+)?=\s*(?:async\s+)?(?:\([^)]*\)|\w+)\s*(?::[^=]+)?=>\s*
      | (?:static\s+|async\s+|get\s+|set\s+|private\s+|public\s+)*
        (?P<method>(?!if|for|while|switch|catch|return)\#?\w+)
        \([^;]*\)\s*(?::[^;{]+)?
    )[^;]*\{\s*$""",
    re.VERBOSE)


def count_parameters(texts: list[str]) -> int:
    """Counts at the top level only: a comma in `std::map<K, V>` or in a default value is none. A callback
    that a C library shapes, known by its `void*`, has as many as the library wants."""
    if re.search(r"\bvoid \*", " ".join(texts)):
        return 1
    depth = 0
    commas = 0
    for text in texts:
        depth += (text in ("(", "{", "[", "<")) - (text in (")", "}", "]", ">"))
        commas += text == "," and depth == 0
    return commas + 1 if texts and texts != ["void"] else 0


def cpp_functions(source: str):
    """(name, line, lines, parameters) of each function with a body; a lambda counts in the one around it."""
    tokens = tokens_of(source)
    pairs = pairs_of(tokens)
    head = index = 0
    while index < len(tokens):
        text = tokens[index].text
        if text == "{" and index in pairs:
            kind = brace_kind(tokens, pairs, index, head)
            if kind == "function":
                close = parameters_before(tokens, pairs, index)
                texts = [token.text for token in tokens[head:index]]
                start = pairs[close] if close >= 0 and ":" not in texts else head + texts.index("(")
                name = tokens[start - 1].text
                parameters = count_parameters([token.text for token in tokens[start + 1:pairs[start]]])
                yield name, tokens[head].line, tokens[pairs[index]].line - tokens[head].line + 1, parameters
            if kind != "scope":
                index = pairs[index]
            if kind != "value":
                head = index + 1
        elif text in (";", "}") or (text == ":" and tokens[index - 1].text in ACCESS):
            head = index + 1
        elif text in ("(", "[[") and index in pairs:
            index = pairs[index]
        index += 1


def script_functions(source: str):
    """The same of JavaScript and TypeScript, by the indentation of the closing line."""
    lines = source.splitlines()
    for number, line in enumerate(lines):
        match = SCRIPT_FUNCTION.match(line)
        if not match:
            continue
        closing = match["indent"] + "}"
        length = next((n for n, later in enumerate(lines[number + 1:], 2)
                       if later.startswith(closing) and not later[len(closing):].lstrip().startswith(":")), 1)
        listed = re.search(r"\(([^()]*)\)", line)
        parameters = count_parameters(re.findall(r"\w+|[^\w\s]", listed[1])) if listed else 0
        yield match["name"] or match["arrow"] or match["method"], number + 1, length, parameters


def python_functions(source: str):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            arguments = [argument for argument in node.args.args if argument.arg not in ("self", "cls")]
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1, len(arguments)


READERS = {".cpp": cpp_functions, ".hpp": cpp_functions, ".py": python_functions, ".mjs": script_functions,
           ".js": script_functions, ".ts": script_functions, ".tsx": script_functions}


def faults_of(path: str, source: str) -> list[str]:
    faults = []
    lines = source.splitlines()
    if len(lines) > FILE_LINES:
        faults.append(f"{path}: {len(lines)} lines; the wall is {FILE_LINES}")
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS:
            faults.append(f"{path}:{number}: {len(line)} columns; the wall is {COLUMNS}")
    suffix = path[path.rfind("."):]
    if suffix in READERS and not path.startswith("tests/"):
        for name, number, length, parameters in READERS[suffix](source):
            if length > FUNCTION_LINES:
                faults.append(f"{path}:{number}: {name} has {length} lines; the wall is {FUNCTION_LINES}")
            if parameters > PARAMETERS:
                faults.append(
                    f"{path}:{number}: {name} has {parameters} parameters; the wall is {PARAMETERS}")
    return faults


def self_test() -> None:
    """One above each wall is found, and the wall itself is not."""
    def function(body: int) -> str:
        head = "namespace n {\nint A::f(int a, std::map<int, int> b, int c, int d) const\n{\n"
        return head + "x();\n" * body + "}\n}\n"

    samples = [
        ("a.cpp", function(67), function(68)),
        ("a.cpp", function(1), function(1).replace("int d", "int d, int e")),
        ("a.hpp", "class A {\npublic:\n" + "int x();\n" * 90 + "};\n",
         "class A {\npublic:\nA(int a) : a_{a} {\n" + "f({1});\n" * 90 + "}\n};\n"),
        ("a.ts", "export function f(a: number) {\n" + "  x();\n" * 68 + "}\n",
         "export function f(a: number) {\n" + "  x();\n" * 69 + "}\n"),
        ("a.mjs", "const f = async (a, b, c, d) => {\n};\n", "const f = async (a, b, c, d, e) => {\n};\n"),
        ("a.py", "def f(a, b, c, d):\n" + "    pass\n" * 69, "def f(a, b, c, d):\n" + "    pass\n" * 70),
        ("a.sql", "x\n" * 500, "x\n" * 501),
        ("a.cmake", "x" * 110, "x" * 111),
    ]
    for path, good, bad in samples:
        if faults := faults_of(path, good):
            sys.exit(f"check_sizes.py sees in a good sample: {faults[0]}")
        if not faults_of(path, bad):
            sys.exit(f"check_sizes.py does not see what is wrong in {path}: {bad[:60]!r}…")


def main() -> int:
    self_test()
    faults = []
    for path in tracked(*PATTERNS):
        faults += faults_of(path.relative_to(ROOT).as_posix(), path.read_text())
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
