#!/usr/bin/env python3
"""Every check of arch.py on small made trees: clean ones pass, and each rule is seen to fail."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import arch

TABLE = """# Architecture

| room | ours | third party |
|---|---|---|
| `domain` | - | Boost.System |
| `protocols/x` | domain | OpenSSL |
| `protocols/proof` | domain | OpenSSL |
| `config` | domain | spdlog |
| `actors/api` | domain | CAF |
| `actors` | actors/api, domain, protocols/proof | CAF |
| `net` | actors/api, protocols/* | Boost.Asio, POSIX |
| `sim` | - | Boost.Asio |
| `tests` | all | all |
"""
LOG_PAGE = "docs/operations/log-messages.md"
METRIC_PAGE = "docs/operations/metrics.md"


def found_in(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in {"docs/architecture.md": TABLE, **files}.items():
            where = os.path.join(root, path)
            os.makedirs(os.path.dirname(where), exist_ok=True)
            with open(where, "w", encoding="utf-8") as out:
                out.write(text)
        return [f"{f.check} {f.path}:{f.line} {f.text}" for f in arch.findings(root)]


class Checks(unittest.TestCase):
    def clean(self, files):
        self.assertEqual(found_in(files), [])

    def refused(self, check, files, times=1):
        found = found_in(files)
        self.assertEqual([line.split()[0] for line in found], [check] * times, found)
        return found

    def test_a_clean_tree_passes(self):
        self.clean({
            "domain/a.hpp": "#pragma once\n#include <boost/system/result.hpp>\n#include <vector>\n",
            "protocols/x/b.cpp": '#include "domain/a.hpp"\n#include "protocols/x/b.hpp"\n#include <openssl/md5.h>\n',
            "actors/c.cpp": '#include "actors/api/m.hpp"\n#include "protocols/proof/p.hpp"\n',
            "net/radius/d.cpp": '#include "net/radius/d.hpp"\n#include "protocols/x/b.hpp"\n#include <sys/socket.h>\n',
            "sim/nas/e.cpp": '#include "sim/nas/e.hpp"\n#include <boost/asio/io_context.hpp>\n',
            "tests/unit/f.cpp": '#include "net/radius/d.hpp"\n#include <spdlog/spdlog.h>\n',
        })

    def test_a_room_that_includes_what_its_row_does_not_name(self):
        cases = {
            "domain/a.cpp": '#include "protocols/x/b.hpp"\n',
            "protocols/x/a.cpp": '#include "config/log.hpp"\n',
            "config/a.cpp": '#include "net/a.hpp"\n',
            "actors/a.cpp": '#include "protocols/x/b.hpp"\n',
            "actors/api/a.cpp": '#include "actors/a.hpp"\n',
            "net/a.cpp": '#include "actors/a.hpp"\n',
            "sim/nas/a.cpp": '#include "protocols/x/b.hpp"\n',
        }
        for path, text in cases.items():
            with self.subTest(path):
                self.refused("includes", {path: text})

    def test_a_library_that_its_row_does_not_name(self):
        cases = {
            "domain/a.cpp": "#include <caf/all.hpp>\n",
            "protocols/x/a.cpp": "#include <boost/asio/ip/udp.hpp>\n",
            "actors/a.cpp": "#include <sys/socket.h>\n",
            "sim/a.cpp": "#include <sqlite3.h>\n",
            "net/a.cpp": "#include <zlib.h>\n",
        }
        for path, text in cases.items():
            with self.subTest(path):
                self.refused("includes", {path: text})

    def test_the_line_of_a_finding_is_right(self):
        found = self.refused("includes", {"domain/a.cpp": "\n\n\n#include <caf/all.hpp>\n"})
        self.assertIn("domain/a.cpp:4", found[0])

    def test_a_path_that_is_not_from_the_root(self):
        self.refused("includes", {"domain/a.cpp": '#include "a.hpp"\n'})

    def test_pure_rooms_know_no_files_and_threads(self):
        self.refused("includes", {"domain/a.cpp": "#include <fstream>\n"})
        self.refused("includes", {"protocols/x/a.cpp": "#include <thread>\n"})
        self.clean({"config/a.cpp": "#include <fstream>\n"})

    def test_a_missing_table_or_row(self):
        self.refused("table", {"docs/architecture.md": "# nothing\n"})
        self.refused("table", {"docs/architecture.md": TABLE + "| `storage` | cellar | CAF |\n"})
        self.refused("table", {"docs/architecture.md": TABLE + "| `storage` | domain | Qt |\n"})
        self.refused("table", {"apps/a.cpp": "int main() {}\n"})

    def test_a_file_that_is_too_long(self):
        self.clean({"domain/a.cpp": "\n" * 500})
        self.refused("size", {"domain/a.cpp": "\n" * 501})
        self.refused("size", {"tests/a.py": "\n" * 501})

    def test_names_that_say_nothing(self):
        for path in ("domain/util.cpp", "domain/string_utils.cpp", "net/common/a.cpp", "net/session_manager.cpp",
                     "tests/helper.py"):
            with self.subTest(path):
                self.refused("names", {path: ""})
        self.clean({"domain/commonwealth.cpp": ""})

    def test_a_header_without_guard(self):
        self.refused("pragma", {"domain/a.hpp": "struct a {};\n"})

    def test_endless_requests(self):
        self.refused("infinite", {"actors/a.cpp": "request(x, caf::infinite, y);\n"})
        self.clean({"tests/a.cpp": "request(x, caf::infinite, y);\n", "actors/b.cpp": "// caf::infinite is banned\n"})

    def test_temporaries_in_co_await(self):
        self.refused("co-await", {"net/a.cpp": "auto x = co_await ask(sys, message{1, 2});\n"})
        self.refused("co-await", {"net/a.cpp": "co_await run([this](int x) { f(x); });\n"})
        self.clean({"net/a.cpp": "const message m{1};\nco_await ask(sys, m);\nco_await f(v[0], [](int) -> int { g(); });\n"})
        self.refused("co-await", {"net/a.cpp": "if (co_await a())\n  b();\n"})
        self.clean({"net/a.cpp": "for (;;) {\n  const bool more = co_await next(v[0]);\n  if (!more)\n    break;\n}\n"})

    def test_fractions_in_money(self):
        self.refused("money", {"domain/money.hpp": "#pragma once\ndouble x;\n"})
        self.refused("money", {"domain/x.cpp": '#include "domain/money.hpp"\nfloat x;\n'})
        self.clean({"domain/geometry.cpp": "double x;\n", "domain/price.cpp": "// no double here\n"})

    def test_leftovers(self):
        self.refused("leftovers", {"domain/a.cpp": "// TODO: later\n"})
        self.refused("leftovers", {"docs/a.md": "FIXME\n"})

    def test_paths_of_one_machine(self):
        self.refused("paths", {"scripts/x": "cd /home/bob/uzel\n"})
        self.refused("paths", {"domain/a.cpp": '// see /home/anna/x\n'})
        self.clean({"docs/a.md": "GET /api/v1/home/5, /var/lib/uzel\n"})

    def test_metrics_and_their_page_agree(self):
        code, page = 'page.add_gauge("uzel_x", "help");\n', "| `uzel_x` | gauge | What it is. |\n"
        self.clean({"net/a.cpp": code, METRIC_PAGE: page})
        self.refused("metrics", {"net/a.cpp": code})
        self.refused("metrics", {METRIC_PAGE: page})

    def test_log_messages_and_their_page_agree(self):
        call = 'void f() { log::radius.warn(\n  "request-dropped", "no"); }\n'
        page = "# Log\n\n## radius\n\n### request-dropped\n\nSomebody asked.\n"
        self.clean({"net/a.cpp": call, LOG_PAGE: page})
        self.clean({"tests/a.cpp": call, "net/a.cpp": 'log::radius.info("started", "x");\n'})
        self.refused("log", {"net/a.cpp": call})
        self.refused("log", {LOG_PAGE: page})
        self.refused("log", {"net/a.cpp": call, LOG_PAGE: page.replace("## radius", "## http")})
        self.refused("log", {"net/a.cpp": call, LOG_PAGE: page.replace("Somebody asked.\n", "")})
        self.refused("log", {"net/a.cpp": call, LOG_PAGE: page + "\n### request-dropped\n\nAgain.\n"})
        self.refused("log", {"net/a.cpp": "log::radius.warn(id, text);\n"})
        self.refused("log", {"net/a.cpp": 'log::radius.error("Bad Id", "x");\n'})
        other = 'log::http.warn("request-dropped", "x");\n'
        self.refused("log", {"net/a.cpp": call, "net/b.cpp": other, LOG_PAGE: page}, times=2)


if __name__ == "__main__":
    unittest.main()
