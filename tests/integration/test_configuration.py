"""The configuration as an operator meets it: what is refused, what is shown, how a start and a stop end."""
import os
import re
import subprocess
import tempfile
import unittest

from uzel_daemon import SOURCE, UZELD, DaemonCase


def uzeld(*arguments, text=None, env=None):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "uzeld.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text or "")
        ran = subprocess.run([UZELD, "--config", path, *arguments], capture_output=True, text=True, timeout=30,
                             env={**os.environ, **(env or {})}, check=False)
        return ran.returncode, ran.stdout.replace(path, "FILE"), ran.stderr.replace(path, "FILE")


class Configuration(unittest.TestCase):
    def test_all_problems_are_told_with_file_and_line(self):
        code, out, err = uzeld("--check-config", text='[radius]\nauth_lisen = []\ncoa_port = 70000\n[http]\nlisten = 1\n')
        self.assertNotEqual(code, 0)
        for line in ("FILE:2: radius.auth_lisen: is no setting; did you mean radius.auth_listen?",
                     "FILE:3: radius.coa_port: must be at most 65535, is 70000",
                     "FILE:5: http.listen: must be a list of texts, not a number"):
            self.assertIn(line, out + err)

    def test_a_bad_configuration_stops_the_start(self):
        code, out, err = uzeld(text="nonsense = 1\n")
        self.assertNotEqual(code, 0)
        self.assertIn("FILE:1: nonsense: is no setting", out + err)

    def test_effective_values_say_where_they_come_from(self):
        code, out, _ = uzeld("--print-config", text="http.login_rate = 7\n", env={"UZEL_RADIUS_COA_PORT": "1700"})
        self.assertEqual(code, 0)
        self.assertIn("login_rate = 7 # FILE:1\n", out)
        self.assertIn("coa_port = 1700 # UZEL_RADIUS_COA_PORT\n", out)

    def test_the_program_prints_the_reference_page(self):
        code, out, _ = uzeld("--print-config-reference")
        self.assertEqual(code, 0)
        with open(os.path.join(SOURCE, "docs", "operations", "configuration.md"), encoding="utf-8") as page:
            self.assertEqual(out, page.read())


    def test_the_systemd_unit_uses_options_that_exist(self):
        ran = subprocess.run([UZELD, "--help"], capture_output=True, text=True, timeout=30, check=False)
        with open(os.path.join(SOURCE, "packaging", "uzeld.service"), encoding="utf-8") as unit:
            options = set(re.findall(r" (--[a-z-]+)", "".join(line for line in unit if line.startswith("Exec"))))
        self.assertIn("--check-config", options)
        for option in options:
            self.assertIn(option, ran.stdout + ran.stderr)


class Probes(DaemonCase):
    def test_health_readiness_and_metrics_need_no_login(self):
        for path in ("/healthz", "/readyz", "/metrics"):
            with self.subTest(path):
                status, _ = self.daemon.request("GET", path, token="")
                self.assertEqual(status, 200)


if __name__ == "__main__":
    unittest.main()
