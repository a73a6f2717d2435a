#!/usr/bin/env python3
"""Checks what the compiler cannot: which room includes which, sizes, names, bans, and the list of log messages.

    arch.py [ROOT]

The table of rooms is read from docs/architecture.md, so the page cannot lie. Each finding is one line; exit code 1 if any.
arch_test.py shows for every check a tree in which it fails.
"""
import os
import re
import sys
from collections import namedtuple

Finding = namedtuple("Finding", "check path line text")
Row = namedtuple("Row", "room ours third")

CODE_ROOMS = ("domain", "protocols", "config", "storage", "actors", "net", "apps", "sim", "tests", "bench")
MAX_LINES = 500
BANNED_NAMES = {"util", "utils", "misc", "common", "manager", "helper", "helpers"}

# What a name in the third-party column of the table allows to include.
LIBRARIES = {
    "Boost.System": r"boost/system/",
    "Boost containers": r"boost/(container|container_hash|core|unordered|intrusive|circular_buffer|assert|throw_exception)(/|\.hpp)",
    "Boost.Asio": r"boost/asio(/|\.hpp)",
    "Boost.Beast": r"boost/beast(/|\.hpp)",
    "Boost.Test": r"boost/(test|mpl)/",
    "date": r"date/",
    "OpenSSL": r"openssl/",
    "toml++": r"toml\+\+/",
    "spdlog": r"spdlog/",
    "fmt": r"fmt/",
    "SQLite": r"sqlite3\.h",
    "libpq": r"libpq-fe\.h",
    "xxhash": r"xxh(ash|3)\.h",
    "CAF": r"caf/",
    "simdjson": r"simdjson\.h",
    "curl": r"curl/",
    "jwt": r"jwt\.h",
    "argon2": r"argon2\.h",
    "prometheus": r"prometheus/",
    "CLI11": r"CLI/",
    "libcsv": r"csv\.h",
    "benchmark": r"benchmark/",
    "inet": r"arpa/inet\.h",  # addresses to text and back: pure functions
    "sched": r"sched\.h",  # on which core a thread runs
    "POSIX": r"(sys|netinet|arpa|net|linux)/|(unistd|fcntl|poll|dirent|dlfcn|errno|signal|spawn|pwd|grp|pthread|sched|termios"
             r"|netdb|ifaddrs|malloc|execinfo|getopt)\.h",
}
# Rooms of pure rules and codecs: values in, values out. No files, no threads, no console, unless the row says POSIX.
PURE = ("domain", "protocols")
IMPURE_STD = {"fstream", "iostream", "filesystem", "thread", "mutex", "shared_mutex", "condition_variable", "future"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.M)


class Tree:
    """The files of a checkout, read once; paths are relative and use '/'."""

    def __init__(self, root):
        self.root = root
        self.texts = {}
        for top in sorted(os.listdir(root)):
            if top in (".git", "build", "demo-data") or top.startswith("build-"):
                continue
            path = os.path.join(root, top)
            if os.path.isfile(path):
                self._add(top)
            for folder, folders, files in os.walk(path):
                folders[:] = [f for f in folders if f not in ("__pycache__", ".git", "build", "corpus", "node_modules")]
                for name in files:
                    self._add(os.path.relpath(os.path.join(folder, name), root))

    def _add(self, path):
        try:
            with open(os.path.join(self.root, path), encoding="utf-8") as file:
                self.texts[path.replace(os.sep, "/")] = file.read()
        except (UnicodeDecodeError, OSError):
            pass  # binary files are nobody's source

    def code(self, *endings):
        for path, text in self.texts.items():
            if path.split("/")[0] in CODE_ROOMS and path.endswith(endings or (".hpp", ".cpp")):
                yield path, text


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def without_comments(text):
    """Comments and their text become blanks, so that offsets and lines stay."""
    pattern = r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/'

    def blank(match):
        piece = match.group(0)
        return piece if piece.startswith('"') else re.sub(r"[^\n]", " ", piece)

    return re.sub(pattern, blank, text, flags=re.S)


def without_strings(text):
    return re.sub(r'"(?:\\.|[^"\\\n])*"', lambda m: '"' + " " * (len(m.group(0)) - 2) + '"', text)


def read_rows(tree):
    """The rows of the table whose head is `| room | ours | third party |`."""
    rows, inside = [], False
    for line in tree.texts.get("docs/architecture.md", "").splitlines():
        cells = [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]
        if len(cells) >= 3 and cells[0] == "room" and cells[1] == "ours":
            inside = True
        elif inside and not line.strip().startswith("|"):
            break
        elif inside and not set(cells[0]) <= set("-: "):
            ours, third = ([x.strip() for x in cell.split(",") if x.strip() not in ("", "-")] for cell in cells[1:3])
            rows.append(Row(cells[0].rstrip("/"), ours, third))
    return rows


def room_of(path, rooms):
    """The deepest room of the table that holds the path."""
    inside = [room for room in rooms if path.startswith(room + "/")]
    return max(inside, key=len) if inside else None


def check_table(tree):
    rows = read_rows(tree)
    page = "docs/architecture.md"
    if not rows:
        return [Finding("table", page, 1, "has no table of rooms (| room | ours | third party |)")]
    known = {row.room for row in rows} | {"all"}
    found = []
    for row in rows:
        found += [Finding("table", page, 1, f"{row.room} may use {name}, which is no room") for name in row.ours
                  if name not in known and not (name.endswith("/*") and any(r.startswith(name[:-1]) for r in known))]
        found += [Finding("table", page, 1, f"{row.room} may use {name}, which arch.py has no pattern for")
                  for name in row.third if name not in LIBRARIES and name != "all"]
    tops = {row.room.split("/")[0] for row in rows}
    for path, _ in tree.code():
        if path.split("/")[0] not in tops:
            found.append(Finding("table", path, 1, "lies in a folder that the table of rooms does not name"))
    return found


def check_includes(tree):
    rows = {row.room: row for row in read_rows(tree)}
    found = []
    for path, text in tree.code():
        row = rows.get(room_of(path, rows))
        if row is None:
            continue
        for match in INCLUDE.finditer(text):
            why = refuse_include(row, match.group(1), match.group(2), rows)
            if why:
                found.append(Finding("includes", path, line_of(text, match.start(2)), why))
    return found


def refuse_include(row, mark, name, rows):
    if mark == '"':
        target = room_of(name, rows)
        if target is None and "all" in row.ours:
            return None  # tests may have headers of their own beside them
        if target is None:
            return f'"{name}" is no path from the root into a room'
        if target == row.room or "all" in row.ours:
            return None
        if any(target == ours or (ours.endswith("/*") and target.startswith(ours[:-1])) for ours in row.ours):
            return None
        return f"{row.room} may not include {target} ({name})"
    if "/" not in name and "." not in name:
        if row.room.split("/")[0] in PURE and "POSIX" not in row.third and name in IMPURE_STD:
            return f"{row.room} is pure: <{name}> has no place in it"
        return None
    libraries = [library for library, pattern in LIBRARIES.items() if re.match(pattern, name)]
    if not libraries:
        return f"<{name}> is neither standard C++ nor a library that arch.py knows"
    if "all" in row.third or any(library in row.third for library in libraries):
        return None
    return f"{row.room} may not include {libraries[0]} (<{name}>)"


def check_size(tree):
    return [Finding("size", path, MAX_LINES + 1, f"{text.count(chr(10))} lines, at most {MAX_LINES}")
            for path, text in tree.code(".hpp", ".cpp", ".py") if text.count("\n") > MAX_LINES]


def check_names(tree):
    found = []
    for path, _ in tree.code(".hpp", ".cpp", ".py"):
        for part in path.split("/"):
            words = re.split(r"[._-]", part)
            banned = BANNED_NAMES.intersection(words[:-1] if "." in part else words)
            if banned:
                found.append(Finding("names", path, 1, f"'{sorted(banned)[0]}' says nothing about what is inside"))
    return found


def check_pragma(tree):
    return [Finding("pragma", path, 1, "a header needs #pragma once") for path, text in tree.code(".hpp")
            if not re.search(r"^#pragma once$", text, re.M)]


def grep(tree, check, pattern, why, wanted=lambda path: True):
    found = []
    for path, text in tree.code():
        if wanted(path):
            plain = without_strings(without_comments(text))
            found += [Finding(check, path, line_of(plain, m.start()), why) for m in re.finditer(pattern, plain)]
    return found


def check_infinite(tree):
    return grep(tree, "infinite", r"\bcaf::infinite\b", "every request has a limit; caf::infinite is for tests",
                lambda path: not path.startswith("tests/"))


def operand_after(text, start):
    """The expression that begins there: up to ';' or ',' or a bracket that it did not open."""
    depth = 0
    for at in range(start, len(text)):
        if text[at] in "([{":
            depth += 1
        elif text[at] in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and text[at] in ";,"):
            return text[start:at]
    return text[start:]


def check_co_await(tree):
    """GCC 12 destroys such operands twice: an aggregate temporary, or a lambda with captures."""
    found = []
    for path, text in tree.code():
        plain = without_strings(without_comments(text))
        for match in re.finditer(r"\bco_await\b", plain):
            operand = operand_after(plain, match.end())
            capturing = re.search(r"(?<![\w\])])\s*\[[^\]]+\]\s*[({]", operand)
            if capturing or re.search(r"[A-Za-z_>]\s*\{", re.sub(r"\)\s*(mutable|noexcept|->\s*[\w:<>]+)\s*\{", ") {", operand)):
                found.append(Finding("co-await", path, line_of(plain, match.start()),
                                     "name the operand: GCC 12 destroys temporaries in a co_await expression twice"))
        for match in re.finditer(r"\b(?:if|while|for|switch)\s*\(", plain):
            if re.search(r"\bco_await\b", operand_after(plain, match.end())):
                found.append(Finding("co-await", path, line_of(plain, match.start()),
                                     "name the condition: GCC 12 loses the frame of nested awaited conditions"))
    return found


def check_money(tree):
    """Money is whole minor units: no binary fractions where amounts are reckoned."""
    names = re.compile(r"money|ledger|price|charge|prorat|calculator|tariff|billing|payment|balance")

    def wanted(path):
        return path.startswith("domain/") and (names.search(path) or '"domain/money.hpp"' in tree.texts[path])

    return grep(tree, "money", r"\b(double|float)\b", "amounts are integers of minor units, never double or float", wanted)


def check_leftovers(tree):
    found = []
    for path, text in tree.texts.items():
        if path.startswith("tests/arch/"):
            continue
        for match in re.finditer(r"\b(TODO|FIXME|XXX)\b", text):
            found.append(Finding("leftovers", path, line_of(text, match.start()), f"{match.group(1)} left in the tree"))
    return found


def check_paths(tree):
    pattern = re.compile(r"(?<![\w.])(/(?:home|Users|root|work)/\w|/tmp/\w+/\w+)")
    found = []
    for path, text in tree.texts.items():
        if path.startswith("tests/arch/"):
            continue
        for match in pattern.finditer(text):
            if not match.group(1).startswith("/tmp") or not path.startswith(("tests/", "docs/")):
                found.append(Finding("paths", path, line_of(text, match.start()), f"{match.group(1)}... is a path of one machine"))
    return found


LOG_CALL = re.compile(r'\blog::(\w+)\.(warn|error)\(\s*("([^"]*)")?')
LOG_PAGE = "docs/operations/log-messages.md"


def log_calls(tree):
    """(component, id or None, path, line) of every warn and error in the product."""
    for path, text in tree.code():
        if path.startswith(("tests/", "bench/")):
            continue
        plain = without_comments(text)
        for match in LOG_CALL.finditer(plain):
            yield match.group(1), match.group(4), path, line_of(plain, match.start())


def log_paragraphs(tree):
    """(component, id, line, has text) of every '### id' under '## component'."""
    component, found = None, []
    lines = tree.texts.get(LOG_PAGE, "").splitlines()
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            component = line[3:].strip().strip("`")
        elif line.startswith("### "):
            body = "".join(lines[number:number + 2]).strip()
            found.append((component, line[4:].strip().strip("`"), number, bool(body) and not body.startswith("#")))
    return found


def check_log(tree):
    found, used, documented = [], {}, {}
    for component, name, line, has_text in log_paragraphs(tree):
        if name in documented:
            found.append(Finding("log", LOG_PAGE, line, f"{name} stands here twice"))
        if not has_text:
            found.append(Finding("log", LOG_PAGE, line, f"{name} has no paragraph"))
        documented[name] = (component, line)
    for component, name, path, line in log_calls(tree):
        if name is None or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            found.append(Finding("log", path, line, "an event id is a literal of lower-case words and hyphens"))
            continue
        if used.setdefault(name, component) != component:
            found.append(Finding("log", path, line, f"{name} is an event of {used[name]}, not also of {component}"))
        if name not in documented:
            found.append(Finding("log", path, line, f"{name} has no paragraph in {LOG_PAGE}"))
        elif documented[name][0] != component:
            found.append(Finding("log", path, line, f"{name} is described under {documented[name][0]}, not {component}"))
    for name, (_, line) in documented.items():
        if name not in used:
            found.append(Finding("log", LOG_PAGE, line, f"{name} is described, but nothing writes it"))
    return found


METRIC = re.compile(r'"(uzel_[a-z_]+)"')
METRIC_PAGE = "docs/operations/metrics.md"


def check_metrics(tree):
    """Every metric that the product registers has a row on its page, and the other way round."""
    used = {}
    for path, text in tree.code(".cpp", ".hpp"):
        if path.startswith(("net/", "apps/", "actors/", "storage/")):
            plain = without_comments(text)
            for match in METRIC.finditer(plain):
                used.setdefault(match.group(1), (path, line_of(plain, match.start())))
    rows = {}
    for number, line in enumerate(tree.texts.get(METRIC_PAGE, "").splitlines(), 1):
        match = re.match(r"\| `(uzel_[a-z_]+)` \|", line)
        if match:
            rows[match.group(1)] = number
    found = [Finding("metrics", path, line, f"{name} has no row in {METRIC_PAGE}")
             for name, (path, line) in used.items() if name not in rows]
    return found + [Finding("metrics", METRIC_PAGE, line, f"{name} has a row, but nothing counts it")
                    for name, line in rows.items() if name not in used]


CHECKS = [check_table, check_includes, check_size, check_names, check_pragma, check_infinite, check_co_await, check_money,
          check_leftovers, check_paths, check_log, check_metrics]


def findings(root):
    tree = Tree(root)
    return [finding for check in CHECKS for finding in check(tree)]


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    found = findings(root)
    for finding in found:
        print(f"{finding.path}:{finding.line}: [{finding.check}] {finding.text}")
    print(f"{len(found)} findings by {len(CHECKS)} checks")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
