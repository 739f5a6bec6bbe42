#!/usr/bin/env python3
"""Publication dates of saved pages: feedroom beside trafilatura and htmldate, on one labelled set.

    html-dates.py --labels LABELS --score SCORE --feedroom BINARY [--kind KIND]... [--misses]

LABELS   labels.json: a list of {"file", "kind", "encoding", "items": [{"title", "date", "accepted"?}]}; the files
         stand beside it.
SCORE    the scorer (score.py), called as `SCORE LABELS PREDICTIONS --json`; its file date accuracy is printed.
BINARY   feedroom; `explain --json FILE…` is read.

trafilatura and htmldate must be importable: make a virtual environment outside the project and
`pip install trafilatura htmldate lxml_html_clean` there. All three get the same files; the two libraries get the
text decoded by its labelled encoding, so that none loses by a charset, and htmldate is asked for the original date.
"""

import argparse
import codecs
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main():
    args = arguments()
    labels = load(args.labels, args.kind)
    folder = args.labels.parent
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        asked = scratch / "labels.json"
        asked.write_text(json.dumps(labels, ensure_ascii=False), encoding="utf-8")
        print(f"{len(labels)} files of the kinds {', '.join(args.kind)}")
        print(f"{'reader':<14}{'file date':>10}{'strict':>10}{'wrong':>10}{'seconds':>10}")
        for name, predict in (("feedroom", feedroom(args.feedroom)), ("trafilatura", trafilatura), ("htmldate", htmldate)):
            start = time.perf_counter()
            predictions = predict(labels, folder)
            seconds = time.perf_counter() - start
            file = scratch / f"{name}.jsonl"
            file.write_text("".join(json.dumps(p, ensure_ascii=False) + "\n" for p in predictions), encoding="utf-8")
            loose, strict = (score(args.score, asked, file, extra) for extra in ([], ["--strict"]))
            share = wrong(labels, predictions)
            print(f"{name:<14}{loose:>10.3f}{strict:>10.3f}{share:>10.3f}{seconds:>10.1f}")
            if args.misses:
                show_misses(labels, predictions)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--feedroom", type=Path, required=True)
    parser.add_argument("--kind", action="append", help="kinds to compare on; default html-article")
    parser.add_argument("--misses", action="store_true", help="list each reader's misses")
    args = parser.parse_args()
    args.kind = args.kind or ["html-article"]
    return args


def load(path, kinds):
    data = json.loads(path.read_text(encoding="utf-8"))
    samples = data["files"] if isinstance(data, dict) else data
    chosen = [s for s in samples if s["kind"] in kinds]
    if not chosen:
        sys.exit(f"{path}: no sample of the kinds {', '.join(kinds)}")
    return chosen


def feedroom(binary):
    """A reader that runs the binary once, over every file named for itself."""

    def predict(labels, folder):
        files = {str(folder / s["file"]): s["file"] for s in labels}
        run = subprocess.run([str(binary), "explain", "--json", *files], capture_output=True, text=True, check=False)
        if run.returncode not in (0, 1):
            sys.exit(f"{binary}: exit {run.returncode}: {run.stderr.strip()}")
        rows = [json.loads(line) for line in run.stdout.splitlines() if line.strip()]
        return [{"file": files.get(r["file"], r["file"]), "items": r["items"]} for r in rows]

    return predict


def text(sample, folder):
    encoding = sample.get("encoding") or "utf-8"
    try:
        codecs.lookup(encoding)
    except LookupError:  # a remark such as "utf-8 (damaged)"
        encoding = "utf-8"
    return (folder / sample["file"]).read_bytes().decode(encoding, "replace")


def trafilatura(labels, folder):
    from trafilatura import bare_extraction

    def date(page):
        found = bare_extraction(page, with_metadata=True)
        return found.date if found else None

    return [{"file": s["file"], "items": [], "date": guarded(date, text(s, folder))} for s in labels]


def htmldate(labels, folder):
    from htmldate import find_date

    def date(page):
        return find_date(page, original_date=True)

    return [{"file": s["file"], "items": [], "date": guarded(date, text(s, folder))} for s in labels]


def guarded(find, page):
    """A reader that fails on a page has found no date there."""
    try:
        return find(page)
    except Exception as error:  # the libraries raise what their parsers raise
        print(f"  failed: {error!r}", file=sys.stderr)
        return None


def score(scorer, labels, predictions, extra):
    command = [sys.executable, str(scorer), str(labels), str(predictions), "--json", *extra]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)["overall"]["file_date_accuracy"]


def chosen(prediction):
    """The date a reader gives a file: its own, or its first item's."""
    items = prediction.get("items") or [{}]
    return prediction.get("date") or items[0].get("date")


def wrong(labels, predictions):
    """The share of the dates given that are not accepted ones."""
    accepted = {s["file"]: s["items"][0].get("accepted") or [s["items"][0]["date"]] for s in labels}
    given = [(p["file"], chosen(p)) for p in predictions if chosen(p)]
    return sum(date not in accepted.get(file, []) for file, date in given) / len(given) if given else 0.0


def show_misses(labels, predictions):
    found = {p["file"]: chosen(p) for p in predictions}
    for sample in labels:
        want = sample["items"][0].get("accepted") or [sample["items"][0]["date"]]
        if found.get(sample["file"]) not in want:
            print(f"  {sample['file']}  {found.get(sample['file'])}, not {' or '.join(map(str, want))}")


if __name__ == "__main__":
    main()
