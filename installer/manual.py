#!/usr/bin/env python3
"""manual.py COMMAND-LINE.md VERSION FOLDER: the manual page and the completion for bash, from the page that
the program's own table of commands is written to."""

import gzip
import pathlib
import re
import sys


def roff(text: str) -> str:
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(r"\[([^]]+)\]\(([^)]+)\)", r"\1", text)
    text = re.sub(r"`([^`]+)`", r"\\fB\1\\fR", text)
    return "\\&" + text if text[:1] in ".'" else text


def manual_of(lines: list[str], version: str) -> str:
    out = [f'.TH MIZO\\-RELAY 8 "" "Mizo Relay {version}" "System administration"', ".SH NAME",
           "mizo\\-relay \\- relays HaloPSA's signed webhooks to Mizo, and loses none",
           ".SH SYNOPSIS", ".B mizo\\-relay", "COMMAND [options]", ".SH DESCRIPTION"]
    paragraph = ".PP"  # what a blank line begins: below a command, a paragraph that is indented like it
    for line in lines[first_blank(lines, 2):]:
        row = re.fullmatch(r"\| (\S+) \| (.+) \|", line)
        option = re.fullmatch(r"- `([^`]+)`(.*)", line)
        if line.startswith("### "):
            out += [".TP", ".B " + roff(line[4:].replace("`", ""))]
            paragraph = ".IP"
        elif line.startswith("## "):
            out += [".SH " + roff(line[3:].upper())]
            paragraph = ".PP"
        elif option:
            told = option[2].lstrip(": ") or "help on the command"
            out += [".RS", ".TP", f".B {roff(option[1])}", roff(told), ".RE"]
        elif row and row[1].isdigit():
            out += [".TP", f".B {row[1]}", roff(row[2])]
        elif not line.startswith("|"):
            # The first line below a command stands beside its name.
            fresh = not line and out[-2] == ".TP" and paragraph == ".IP"
            out += [roff(line) if line else "" if fresh else paragraph]
    out += [".SH FILES", ".TP", ".I /etc/mizo\\-relay/mizo\\-relay.conf", "the settings that are pinned",
            ".TP", ".I /var/lib/mizo\\-relay/", "the database and the keys", ".SH SEE ALSO",
            ".I /usr/share/doc/mizo\\-relay/", "holds the settings, the error codes and the guide."]
    return "\n".join(line for line in out if line) + "\n"


def first_blank(lines: list[str], start: int) -> int:
    """The end of the paragraph at `start`: it tells of the page itself."""
    return next(at for at in range(start, len(lines)) if not lines[at])


def completion_of(lines: list[str]) -> str:
    """One word of `case` a command: its options; and the second words of each first word."""
    options: dict[str, list[str]] = {}
    command = ""
    for line in lines:
        if line.startswith("### "):
            words = line[4:].strip("`").split()
            command = " ".join(word for word in words if re.fullmatch(r"[a-z-]+", word))
            options[command] = ["--config", "--data-dir", "--help"]
        elif command and (option := re.match(r"- `(--[a-z-]+)", line)):
            options[command].append(option[1])
    seconds: dict[str, list[str]] = {}
    for name in options:
        first, _, second = name.partition(" ")
        seconds.setdefault(first, [])
        if second:
            seconds[first].append(second)
    out = ["# Completion of mizo-relay for bash.", "_mizo_relay() {",
           '    local now="${COMP_WORDS[COMP_CWORD]}" words=""',
           '    local first="${COMP_WORDS[1]}" second="${COMP_WORDS[2]}"',
           f'    if [ "$COMP_CWORD" -eq 1 ]; then words="{" ".join(seconds)}"; else',
           '        case "$first $second" in']
    for name, known in options.items():
        out.append(f'        "{name}"{"*" if " " not in name else ""}) words="{" ".join(known)}" ;;')
    out += ["        esac", '        if [ "$COMP_CWORD" -eq 2 ]; then', '            case "$first" in']
    out += [f'            {first}) words="{" ".join(known)}" ;;' for first, known in seconds.items() if known]
    out += ["            esac", "        fi", "    fi",
            '    COMPREPLY=($(compgen -W "$words" -- "$now"))', "}",
            "complete -o default -F _mizo_relay mizo-relay"]
    return "\n".join(out) + "\n"


def main() -> None:
    page, version, folder = sys.argv[1:]
    lines = pathlib.Path(page).read_text().splitlines()
    target = pathlib.Path(folder)
    # Without name and time in it, so that the same page always gives the same bytes.
    (target / "mizo-relay.8.gz").write_bytes(gzip.compress(manual_of(lines, version).encode(), mtime=0))
    (target / "mizo-relay.bash").write_text(completion_of(lines))


if __name__ == "__main__":
    main()
