#!/usr/bin/python3
"""Prints what the suites came to on each server of the matrix, as a table.

usage: server_table.py REPORT…

A REPORT is a test.xml file of GoogleTest's, called after its server; there may be several
of one server, in other folders. Names below the table what failed; ends with the line
"N passed, N failed, N skipped"; exits with 1 if something failed.
"""

import collections
import pathlib
import sys
import xml.etree.ElementTree

import count_cases
from count_cases import FAILED, PASSED, SKIPPED

HEADER = ("server", "version", PASSED, FAILED, SKIPPED)


def versions_in(path):
    """What the suite was told by the server, if it got that far."""
    try:
        root = xml.etree.ElementTree.parse(path).getroot()
    except (FileNotFoundError, xml.etree.ElementTree.ParseError):
        return []
    return [p.get("value") for p in root.iter("property") if p.get("name") == "server"]


def cases_in(path):
    cases = count_cases.cases_of_xml(path.stem, path)
    return cases or [count_cases.Case(path.stem, "", FAILED, "died before its end")]


def row_of(server, paths, cases):
    count = collections.Counter(case.outcome for case in cases)
    versions = [version for path in paths for version in versions_in(path)] or ["-"]
    return (server, versions[0], *(str(count[column]) for column in HEADER[2:]))


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
    of_server = collections.defaultdict(list)
    for report in reports:
        path = pathlib.Path(report)
        of_server[path.stem].append(path)
    found = {
        server: skipped_whole([case for path in paths for case in cases_in(path)])
        for server, paths in of_server.items()
    }
    show_table([HEADER] + [row_of(server, of_server[server], found[server]) for server in found])
    return count_cases.show([case for cases in found.values() for case in cases])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
