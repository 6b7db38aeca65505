#!/usr/bin/env python3
"""Holds the rule "name it first": in a statement with co_await there are no braces, no `?:` and no lambda
that captures by value. Each of these is compiled wrongly by g++ 12 (an object is destroyed twice);
docs/style.md has the list. `this` and captures by reference are harmless."""

import sys

from cpp_source import ROOT, Token, brace_kind, is_lambda_introducer, pairs_of, tokens_of, tracked


def captures_by_value(captures: list[str]) -> bool:
    depth = 0
    first = True
    for text in captures:
        if first and text not in ("&", "this"):
            return True
        first = text == "," and depth == 0
        depth += (text in "([{") - (text in ")]}")
    return False


class Awaits:
    """Walks a file statement by statement."""

    def __init__(self, source: str) -> None:
        self.tokens = tokens_of(source)
        self.pairs = pairs_of(self.tokens)
        self.faults: list[tuple[int, str]] = []

    def run(self) -> list[tuple[int, str]]:
        self.block(0, len(self.tokens))
        return sorted(set(self.faults))

    def block(self, start: int, end: int) -> None:
        awaits: Token | None = None
        seen: list[str] = []
        head = index = start
        while index <= end:
            text = self.tokens[index].text if index < end else ";"
            kind = ""
            if text == "{":
                kind = brace_kind(self.tokens, self.pairs, index, head)
            if kind == "value":
                seen.append("braces")
            elif kind:
                self.block(index + 1, self.pairs[index])
                index = self.pairs[index]
            if text == ";" or kind in ("control", "scope", "function"):
                if awaits:
                    self.faults += [(awaits.line, what) for what in seen]
                awaits, seen, head = None, [], index + 1
            elif text == "co_await":
                awaits = self.tokens[index]
            elif text == "?":
                seen.append("?:")
            elif is_lambda_introducer(self.tokens, index) if index < end else False:
                captures = [token.text for token in self.tokens[index + 1:self.pairs[index]]]
                if captures_by_value(captures):
                    seen.append("a lambda that captures by value")
            index += 1


BAD = [
    "co_await f(Agg{1, 2});",
    "co_await f({1, 2});",
    "co_await f({.a = x});",
    "auto r = co_await f(x, {});",
    "Agg a{co_await x(), co_await y()};",
    "g(Agg{}, co_await a());",
    "co_spawn(co_await executor(), f(Agg{}), detached);",
    "auto r = c ? co_await a() : co_await b();",
    "co_await (c ? f() : g());",
    "co_await f([q] { use(q); });",
    "co_await f([q = std::move(q)]() mutable { use(q); });",
    "co_await f([=] { use(q); });",
    "co_await f([&a, q] { use(q); });",
    "co_await [q]() -> asio::awaitable<void> { co_return; }();",
    "if (co_await f(Agg{1})) { g(); }",
    "for (auto x : co_await f({1})) g(x);",
    "co_return co_await f(std::vector<int>{1, 2});",
    "if (x) { co_await f(Agg{}); }",
    "while (auto m = co_await next(Agg{})) { g(); }",
    "auto work = [this]() -> asio::awaitable<void> { co_await f(Agg{1}); };",
    "switch (x) { case 1: co_await f(Agg{1}); break; }",
    "throw Failure{co_await f()};",
]
GOOD = [
    "Agg x{1, 2}; co_await f(std::move(x));",
    "co_await f([&q] { use(q); });",
    "co_await f([this] { use(q_); });",
    "co_await f([] { use(); });",
    "if (co_await f()) { g(Agg{1}); }",
    "for (auto& a : actions) { co_await perform(a); }",
    "if (x) { y = Agg{1}; } co_await f();",
    "auto work = [q]() -> asio::awaitable<void> { co_await f(q); };",
    "switch (x) { case 1: { co_await f(); break; } default: y = c ? 1 : 2; }",
    "try { co_await f(); } catch (const E& e) { g(Agg{1}); }",
    "co_return Agg{1};",
    "const auto& v = values[index]; co_await f(v);",
    "do { co_await f(); } while (more); h({1});",
    '// co_await f({1});\nauto s = "co_await f({1})";',
]


def self_test() -> None:
    for sample in BAD:
        if not Awaits(f"asio::awaitable<void> t() {{ {sample} }}").run():
            sys.exit(f"check_awaits.py does not see what is wrong in: {sample}")
    for sample in GOOD:
        if faults := Awaits(f"asio::awaitable<void> A::t(int x) const\n{{ {sample} }}").run():
            sys.exit(f"check_awaits.py sees {faults[0][1]} in: {sample}")


def main() -> int:
    self_test()
    faults = 0
    for path in tracked("*.cpp", "*.hpp"):
        source = path.read_text()
        if "co_await" not in source:
            continue
        for line, what in Awaits(source).run():
            faults += 1
            print(f"{path.relative_to(ROOT)}:{line}: {what} in a statement with co_await; name it first")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
