#!/usr/bin/python3
"""Counts the test cases of one run and tells which failed and which were skipped.

usage: count_cases.py EVENTS CHECKS

EVENTS is what `bazel test --build_event_json_file` wrote; the test.xml files of the
targets it names are read, and no others. CHECKS has a line
"passed|failed|skipped<TAB>name<TAB>reason" for each check that Bazel did not run.
Ends with the line "N passed, N failed, N skipped"; exits with 1 if one failed.
"""

import collections
import json
import pathlib
import re
import sys
import urllib.parse
import xml.etree.ElementTree

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
LINES_SHOWN = 40

# outcome: one of the above. detail: why, for the last two.
Case = collections.namedtuple("Case", "target name outcome detail")


def lines_of(path):
    try:
        return pathlib.Path(path).read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []


def gtest_reason(skipped):
    """What GTEST_SKIP() was given; the place in the source stands before it."""
    text = skipped.get("message") or skipped.text or ""
    lines = [line for line in text.strip().splitlines() if not re.fullmatch(r"\S+:\d+", line)]
    return " ".join(lines).strip() or "no reason given"


def case_of(target, element):
    name = ".".join(filter(None, (element.get("classname"), element.get("name"))))
    problems = element.findall("failure") + element.findall("error")
    if problems:
        texts = [problem.get("message") or problem.text or "" for problem in problems]
        return Case(target, name, FAILED, "\n".join(texts))
    skipped = element.find("skipped")
    if skipped is not None:
        return Case(target, name, SKIPPED, gtest_reason(skipped))
    if element.get("status") == "notrun":
        return Case(target, name, SKIPPED, "disabled in the source")
    return Case(target, name, PASSED, "")


def cases_of_xml(target, path):
    """None if there is no file, or the test died before it was whole."""
    try:
        root = xml.etree.ElementTree.parse(path).getroot()
    except (FileNotFoundError, xml.etree.ElementTree.ParseError):
        return None
    return [case_of(target, element) for element in root.iter("testcase")]


def outputs_of(result):
    return {
        output["name"]: urllib.parse.unquote(urllib.parse.urlparse(output["uri"]).path)
        for output in result.get("testActionOutput", [])
        if "uri" in output
    }


def end_of_log(path):
    # Bazel puts three lines of its own in front.
    return "\n".join(lines_of(path)[3:][-LINES_SHOWN:])


def cases_of_result(target, result):
    """The cases of one run of a test target."""
    passed = result["status"] in ("PASSED", "FLAKY")
    outputs = outputs_of(result)
    cases = cases_of_xml(target, outputs.get("test.xml", ""))
    # Where a test leaves no file, or dies too soon, Bazel makes one with a single case.
    made_by_bazel = cases and cases[0].name == target.lstrip("/").replace(":", "/")
    if cases is None or made_by_bazel:
        cases = [Case(target, "", PASSED, "")] if passed else []
    if not passed and not any(case.outcome == FAILED for case in cases):
        log = end_of_log(outputs.get("test.log", ""))
        cases.append(Case(target, "", FAILED, f"{result['status']}; its log ends with\n{log}"))
    return cases


def build_failure(event):
    """The case that an event about a target that could not be built stands for."""
    identity = event["id"]
    for kind in ("targetCompleted", "configuredLabel", "unconfiguredLabel", "pattern"):
        if kind not in identity:
            continue
        label = identity[kind].get("label") or " ".join(identity[kind].get("pattern", []))
        if "aborted" in event:
            reason = event["aborted"].get("description") or event["aborted"].get("reason", "")
            return Case(label, "", FAILED, f"does not build: {reason}")
        if kind == "targetCompleted" and not event.get("completed", {}).get("success"):
            return Case(label, "", FAILED, "does not build")
    return None


def cases_of_events(lines):
    results, broken, exit_name = {}, {}, "KILLED"
    for line in lines:
        event = json.loads(line)
        identity = event["id"]
        if "testResult" in event:
            run = identity["testResult"]
            # A later attempt takes the place of an earlier one.
            key = (run["label"], run.get("run"), run.get("shard"))
            results[key] = cases_of_result(run["label"], event["testResult"])
        elif "finished" in event:
            exit_name = event["finished"].get("exitCode", {}).get("name", exit_name)
        else:
            case = build_failure(event)
            if case:
                broken.setdefault(case.target, case)
    cases = [case for _, found in sorted(results.items(), key=str) for case in found]
    cases += broken.values()
    if exit_name not in ("SUCCESS", "TESTS_FAILED") and not broken:
        cases.append(Case("bazel", "", FAILED, f"ended with {exit_name}"))
    return cases


def cases_of_checks(lines):
    for line in lines:
        outcome, name, reason = line.split("\t")
        yield Case(name, "", outcome, reason)


def title(case):
    return f"{case.target} {case.name}".rstrip()


def show(cases):
    for case in cases:
        if case.outcome == FAILED:
            print(f"\nFAILED {title(case)}")
            detail = case.detail.strip().splitlines()
            for line in detail[:LINES_SHOWN]:
                print(f"    {line}")
            if len(detail) > LINES_SHOWN:
                print("    …")
    for case in cases:
        if case.outcome == SKIPPED:
            print(f"skipped {title(case)}: {case.detail}")
    count = collections.Counter(case.outcome for case in cases)
    print(f"{count[PASSED]} passed, {count[FAILED]} failed, {count[SKIPPED]} skipped")
    return 1 if count[FAILED] else 0


def main(events, checks):
    # The event file is written line by line: the last one is cut off if Bazel died.
    lines = []
    for line in lines_of(events):
        try:
            json.loads(line)
        except ValueError:
            break
        lines.append(line)
    cases = cases_of_events(lines) if pathlib.Path(events).exists() else []
    return show(cases + list(cases_of_checks(lines_of(checks))))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
