"""Reads C++ well enough for the checks: tokens with their lines, matched brackets, and what a brace opens."""

import pathlib
import re
import subprocess
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parent.parent

TOKEN = re.compile(
    r"""
    (?P<comment>//(?:\\\n|[^\n])*|/\*.*?\*/)
  | (?P<raw>(?:u8|[uUL])?R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)")
  | (?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
  | (?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)
  | (?P<number>\.?\d(?:'?[\w.])*)
  | (?P<char>(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')
  | (?P<word>[A-Za-z_]\w*)
  | (?P<mark>::|->|&&|\|\||\[\[|\]\]|[^\s\w])
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
CLOSES = {"(": ")", "[": "]", "{": "}", "[[": "]]"}
CONTROL = {"if", "for", "while", "switch", "catch", "else", "do", "try"}
SCOPES = {"namespace", "class", "struct", "union", "enum", "extern"}
AFTER_PARAMETERS = {"const", "noexcept", "override", "final", "mutable", "&", "&&"}


@dataclass(frozen=True)
class Token:
    text: str
    line: int


def tracked(*patterns: str) -> list[pathlib.Path]:
    """The files of the repository that match, as git knows them: committed or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, check=True, capture_output=True, text=True)
    return sorted(path for name in set(listed.stdout.split("\0")) if name and (path := ROOT / name).is_file())


def tokens_of(source: str) -> list[Token]:
    tokens = []
    line = 1
    at = 0
    for match in TOKEN.finditer(source):
        line += source.count("\n", at, match.start())
        at = match.start()
        kind = match.lastgroup if match.lastgroup != "tag" else "raw"
        if kind in ("comment", "directive"):
            continue
        tokens.append(Token('""' if kind in ("raw", "string") else match.group(), line))
    return split_attributes(tokens)


def split_attributes(tokens: list[Token]) -> list[Token]:
    """`]]` ends an attribute only where one is open; in `a[b[0]]` it is two brackets."""
    out: list[Token] = []
    depth = 0
    for token in tokens:
        depth += token.text == "[["
        if token.text == "]]" and depth == 0:
            out += [Token("]", token.line), Token("]", token.line)]
            continue
        depth -= token.text == "]]"
        out.append(token)
    return out


def pairs_of(tokens: list[Token]) -> dict[int, int]:
    """For each opening bracket the place of its closing one, and the reverse."""
    pairs: dict[int, int] = {}
    open_at: list[int] = []
    for index, token in enumerate(tokens):
        if token.text in CLOSES:
            open_at.append(index)
        elif token.text in CLOSES.values() and open_at:
            start = open_at.pop()
            pairs[start] = index
            pairs[index] = start
    return pairs


def is_lambda_introducer(tokens: list[Token], index: int) -> bool:
    """Whether the `[` at this place begins a lambda and not a subscript."""
    if tokens[index].text != "[":
        return False
    before = tokens[index - 1].text if index else ";"
    return before == "return" or before.startswith("co_") or not re.match(r"[\w)\]\"]", before)


def parameters_before(tokens: list[Token], pairs: dict[int, int], brace: int) -> int:
    """Where the `)` or `]` stands that the block at `brace` follows as the body of a function, or -1."""
    index = brace - 1
    arrow = index
    while arrow > 0 and re.match(r"[\w]|::|[<>,*&]", tokens[arrow].text):
        arrow -= 1
    if tokens[arrow].text == "->" and arrow < brace - 1:
        index = arrow - 1
    while index > 0 and (tokens[index].text in AFTER_PARAMETERS or
                         (tokens[index].text == ")" and tokens[pairs[index] - 1].text == "noexcept")):
        index = index - 1 if tokens[index].text != ")" else pairs[index] - 1
    return index if index >= 0 and tokens[index].text in (")", "]") else -1


def brace_kind(tokens: list[Token], pairs: dict[int, int], brace: int, head: int) -> str:
    """What the `{` at `brace` opens: `lambda`, `control`, `scope`, `function` or `value`. `head` is where the
    statement it stands in begins."""
    before = tokens[brace - 1].text if brace else ";"
    words = [token.text for token in tokens[head:brace]]
    if not words or before in (";", "{", "}", ":") and "(" not in words:
        return "control"
    if SCOPES & set(words) and "(" not in words:
        return "scope"
    if before in ("else", "do", "try"):
        return "control"
    close = parameters_before(tokens, pairs, brace)
    if close >= 0 and close in pairs:
        start = pairs[close]
        if tokens[close].text == "]":
            return "lambda" if is_lambda_introducer(tokens, start) else "value"
        if tokens[start - 1].text == "]" and is_lambda_introducer(tokens, pairs[start - 1]):
            return "lambda"
        return "control" if words[0] in CONTROL else "function"
    # The body of a constructor follows the braces of its last member's initialiser.
    return "function" if before == "}" and ":" in words else "value"
