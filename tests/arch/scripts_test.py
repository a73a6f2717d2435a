#!/usr/bin/env python3
"""The scripts that others rely on: totals of the tests are real, every shell script parses, the demo stops cleanly."""
import glob
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))

BOOST = "Test module uzel has passed with:\n  5 test cases out of 7 passed\n  2 test cases out of 7 failed\n"
ALL_BOOST = "  23 test cases out of 23 passed\n  453 assertions out of 453 passed\n"
PYTHON = "Ran 6 tests in 0.1s\n\nFAILED (failures=1, errors=2, skipped=1)\n"


def report(*programs):
    """A ctest report of (status, output) programs."""
    cases = []
    for status, output in programs:
        failure = '<failure message=""/>' if status == "fail" else ""
        cases.append(f'<testcase name="t" classname="t" time="1" status="{status}">{failure}'
                     f"<system-out>{output}</system-out></testcase>")
    return f"<testsuite>{''.join(cases)}</testsuite>"


class Totals(unittest.TestCase):
    def closing(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
            file.write(text)
            file.flush()
            ran = subprocess.run([sys.executable, os.path.join(ROOT, "scripts", "count-tests"), file.name],
                                 capture_output=True, text=True, check=False)
        return ran.stdout.splitlines()[-1], ran.returncode

    def test_cases_are_counted_one_by_one(self):
        self.assertEqual(self.closing(report(("run", ALL_BOOST), ("run", "Ran 6 tests in 0.1s\n\nOK\n"), ("run", "fine"))),
                         ("30 passed, 0 failed", 0))

    def test_failures_are_counted(self):
        self.assertEqual(self.closing(report(("fail", BOOST), ("fail", PYTHON))), ("7 passed, 5 failed", 1))

    def test_a_program_that_died_is_a_failure(self):
        self.assertEqual(self.closing(report(("fail", "Segmentation fault"))), ("0 passed, 1 failed", 1))
        self.assertEqual(self.closing(report(("fail", ALL_BOOST))), ("23 passed, 1 failed", 1))

    def test_nothing_run_is_no_success(self):
        self.assertEqual(self.closing(report()), ("0 passed, 0 failed", 1))
        self.assertEqual(self.closing("no xml"), ("0 passed, 1 failed", 1))

    def test_a_program_that_was_not_built_is_a_failure(self):
        self.assertEqual(self.closing(report(("fail", ""))), ("0 passed, 1 failed", 1))


class Shell(unittest.TestCase):
    def test_every_script_parses_and_can_be_run(self):
        scripts = [path for path in glob.glob(os.path.join(ROOT, "scripts", "*")) if not path.endswith(".md")]
        scripts.append(os.path.join(ROOT, ".ci", "run"))
        self.assertGreater(len(scripts), 5)
        for path in scripts:
            with self.subTest(path), open(path, encoding="utf-8") as file:
                self.assertTrue(os.access(path, os.X_OK))
                if "bash" in file.readline():
                    self.assertEqual(subprocess.run(["bash", "-n", path], check=False).returncode, 0)

    def test_wrong_arguments_are_refused(self):
        for command in (["run", "--nonsense"], ["install-deps", "nonsense"]):
            with self.subTest(command):
                path = os.path.join(ROOT, "scripts", command[0])
                ran = subprocess.run([path, *command[1:]], capture_output=True, text=True, check=False)
                self.assertEqual(ran.returncode, 2)
                self.assertIn("usage:", ran.stderr)


if __name__ == "__main__":
    unittest.main()
