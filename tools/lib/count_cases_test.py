#!/usr/bin/python3
"""Tests of count_cases.py, on events and reports as Bazel and GoogleTest write them."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest

import count_cases

MIXED_XML = """<testsuites><testsuite name="A">
  <testcase name="Passes" status="run" result="completed" classname="A"/>
  <testcase name="Fails" status="run" result="completed" classname="A">
    <failure message="mixed.cc:3&#x0A;because" type=""/>
  </testcase>
  <testcase name="Skips" status="run" result="skipped" classname="A">
    <skipped message="mixed.cc:4&#x0A;there is no grpcurl&#x0A;"/>
  </testcase>
  <testcase name="DISABLED_Off" status="notrun" result="suppressed" classname="A"/>
</testsuite></testsuites>"""

PASSING_XML = '<testsuites><testsuite><testcase name="P" classname="A"/></testsuite></testsuites>'

# What Bazel writes for a test that wrote nothing itself.
CRASHED_XML = """<testsuites><testsuite><testcase name="x/crash" status="run">
  <error message="exited with error code 134"></error></testcase></testsuite></testsuites>"""

LOG = "exec less\nExecuting tests from //x\n---\n[ RUN      ] A.Crashes\n"


class CountCasesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.events = []
        self.checks = ""

    def add_result(self, label, status, xml=None, attempt=1):
        outputs = []
        for name, text in (("test.xml", xml), ("test.log", LOG)):
            if text is None:
                continue
            path = self.folder / f"{label.replace('/', '_')} {attempt} {name}"
            path.write_text(text)
            outputs.append({"name": name, "uri": path.as_uri()})
        identity = {"label": label, "run": 1, "shard": 1, "attempt": attempt}
        result = {"status": status, "testActionOutput": outputs}
        self.events.append({"id": {"testResult": identity}, "testResult": result})

    def add_target(self, label, **outcome):
        self.events.append({"id": {"targetCompleted": {"label": label}}, **outcome})

    def finish(self, name):
        self.events.append({"id": {"buildFinished": {}}, "finished": {"exitCode": {"name": name}}})

    def report(self, cut_off=""):
        """The lines printed, and the exit code."""
        events, checks = self.folder / "events", self.folder / "checks"
        events.write_text("".join(json.dumps(e) + "\n" for e in self.events) + cut_off)
        checks.write_text(self.checks)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            code = count_cases.main(events, checks)
        return printed.getvalue().splitlines(), code

    def test_counts_cases_not_targets(self):
        self.add_result("//x:mixed", "FAILED", MIXED_XML)
        self.finish("TESTS_FAILED")
        lines, code = self.report()
        self.assertEqual(lines[-1], "1 passed, 1 failed, 2 skipped")
        self.assertEqual(code, 1)
        self.assertIn("FAILED //x:mixed A.Fails", lines)
        self.assertIn("skipped //x:mixed A.Skips: there is no grpcurl", lines)

    def test_is_green_when_nothing_failed(self):
        self.add_target("//x:fine", completed={"success": True})
        self.add_result("//x:fine", "PASSED", PASSING_XML)
        self.finish("SUCCESS")
        self.checks = "passed\tbuf lint\t\nskipped\tbuildifier\tnot installed\n"
        lines, code = self.report()
        self.assertEqual(lines[0], "skipped buildifier: not installed")
        self.assertEqual(lines[1:], ["2 passed, 0 failed, 1 skipped"])
        self.assertEqual(code, 0)

    def test_a_crash_is_a_failure_and_shows_the_log(self):
        self.add_result("//x:crash", "FAILED", CRASHED_XML)
        self.finish("TESTS_FAILED")
        lines, code = self.report()
        self.assertIn("    [ RUN      ] A.Crashes", lines)
        self.assertEqual((lines[-1], code), ("0 passed, 1 failed, 0 skipped", 1))

    def test_a_failure_after_the_last_case_counts(self):
        self.add_result("//x:leaks", "FAILED", PASSING_XML)
        self.finish("TESTS_FAILED")
        self.assertEqual(self.report()[0][-1], "1 passed, 1 failed, 0 skipped")

    def test_a_timeout_without_a_report_counts(self):
        self.add_result("//x:hang", "TIMEOUT")
        self.finish("TESTS_FAILED")
        self.assertEqual(self.report()[0][-1], "0 passed, 1 failed, 0 skipped")

    def test_a_target_that_does_not_build_counts_once(self):
        self.add_target("//x:broken", completed={})
        self.add_target("//x:broken", aborted={"reason": "ANALYSIS_FAILURE"})
        self.finish("BUILD_FAILURE")
        self.assertEqual(self.report()[0][-1], "0 passed, 1 failed, 0 skipped")

    def test_another_end_of_bazel_counts(self):
        self.add_result("//x:fine", "PASSED", PASSING_XML)
        self.finish("INTERRUPTED")
        self.assertEqual(self.report()[0][-1], "1 passed, 1 failed, 0 skipped")

    def test_a_killed_bazel_counts(self):
        lines, code = self.report(cut_off='{"id":{"testRes')
        self.assertEqual((lines[-1], code), ("0 passed, 1 failed, 0 skipped", 1))

    def test_the_last_attempt_decides(self):
        self.add_result("//x:flaky", "FAILED", MIXED_XML, attempt=1)
        self.add_result("//x:flaky", "PASSED", PASSING_XML, attempt=2)
        self.finish("SUCCESS")
        self.assertEqual(self.report()[0][-1], "1 passed, 0 failed, 0 skipped")


if __name__ == "__main__":
    unittest.main()
