"""What every measurement takes, says of itself and leaves behind."""

import argparse
import datetime
import json
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent


def parser(description, volunteers, seconds, pairs):
    """The options of every measurement, with what each has by default."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--target", default="target", help="cargo's target folder")
    made.add_argument("--profile", default="bench-ci", help="folder of the service's binary")
    made.add_argument("--volunteers", type=int, default=volunteers)
    made.add_argument("--seconds", type=int, default=seconds, help="of each run")
    made.add_argument("--pairs", type=int, default=pairs, help="one and the other in turn")
    made.add_argument("--server", default="postgres://root@127.0.0.1:5432/postgres")
    made.add_argument("--redis", default="redis://127.0.0.1:6379")
    made.add_argument("--no-save", action="store_true", help="only print")
    return made


def stamp(options):
    """Of which day, commit and build the figures are."""
    git = ["git", "-C", HERE, "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, text=True, capture_output=True, check=True).stdout.strip()
    today = datetime.date.today().isoformat()
    return {"date": today, "commit": commit, "profile": options.profile}


def tell(options, result, text, suffix=""):
    """Prints the result and keeps it, figures and words."""
    print(text)
    if not options.no_save:
        path = HERE / "results" / f"{result['date']}-{result['commit']}{suffix}"
        path.with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
        path.with_suffix(".md").write_text(text)
