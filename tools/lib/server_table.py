#!/usr/bin/python3
"""Prints what the contract suite came to on each server of the matrix, as a table.

usage: server_table.py REPORT…

A REPORT is a test.xml file of GoogleTest's, called after its server. Names below the
table what failed; ends with the line "N passed, N failed, N skipped"; exits with 1 if
something failed.
"""

import collections
import pathlib
import sys
import xml.etree.ElementTree

import count_cases
from count_cases import FAILED, PASSED, SKIPPED

HEADER = ("server", "version", PASSED, FAILED, SKIPPED)


def version_in(path):
    """What the suite was told by the server, if it got that far."""
    try:
        root = xml.etree.ElementTree.parse(path).getroot()
    except (FileNotFoundError, xml.etree.ElementTree.ParseError):
        return "-"
    versions = [p.get("value") for p in root.iter("property") if p.get("name") == "server"]
    return versions[0] if versions else "-"


def cases_in(path):
    cases = count_cases.cases_of_xml(path.stem, path)
    return cases or [count_cases.Case(path.stem, "", FAILED, "died before its end")]


def row_of(path, cases):
    count = collections.Counter(case.outcome for case in cases)
    return (path.stem, version_in(path), *(str(count[column]) for column in HEADER[2:]))


def show_table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADER))]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("| " + " | ".join("-" * width for width in widths) + " |")


def skipped_whole(cases):
    """One case for all, where a server is not there."""
    reasons = {case.detail for case in cases}
    if len(reasons) == 1 and all(case.outcome == SKIPPED for case in cases):
        return [cases[0]._replace(name="")]
    return cases


def main(*reports):
    paths = [pathlib.Path(report) for report in reports]
    found = [skipped_whole(cases_in(path)) for path in paths]
    show_table([HEADER] + [row_of(path, cases) for path, cases in zip(paths, found)])
    return count_cases.show([case for cases in found for case in cases])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
