#!/usr/bin/env python3
"""Draws a supervisor's sample again from what the service publishes.

An independent reading of api/docs/supervision.md: nothing here is shared with the service.

    redraw.py SAMPLE PAGE...   SAMPLE holds the answer of GET /v1/public/samples/{sample_no}, each
                               PAGE one of GET .../population, in order, as long as there is a
                               next_page_token; says the drawn positions, or why they are wrong.
    redraw.py FILE             the same from one file, {"sample": ..., "population": ...}, where
                               the population is one page, a list of pages, or of the lines
    redraw.py vectors          prints the vectors of the unit tests
"""
import hashlib
import hmac
import json
import sys
import uuid


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def line_of(kind, case):
    return sha(f"points-bank/sample/case/1\n{kind}\n{case}\n")


def digest_of(lines):
    return sha("".join(line + "\n" for line in lines))


def positions(lines, seed, nonce, digest, size):
    key = bytes.fromhex(sha(f"points-bank/sample/key/1\n{seed}\n{nonce}\n{digest}\n"))
    ranks = [(hmac.new(key, line.encode(), hashlib.sha256).digest(), at)
             for at, line in enumerate(lines, 1)]
    return [at for _, at in sorted(ranks)[:size]]


def lines_in(population):
    """The lines of a page, of pages one after the other, or as they are."""
    if isinstance(population, dict):
        return [item["line"] for item in population["items"]]
    return [line for part in population
            for line in ([part] if isinstance(part, str) else lines_in(part))]


def redraw(sample, lines):
    if sample.get("seed") is None:
        sys.exit(f"nothing is drawn: the sample is {sample['state']}")
    if lines != sorted(lines) or len(set(lines)) != len(lines):
        sys.exit("the population is not in order")
    if len(lines) < sample["population_count"]:
        sys.exit(f"{len(lines)} of {sample['population_count']} lines: is a page missing?")
    if len(lines) != sample["population_count"] or digest_of(lines) != sample["population_digest"]:
        sys.exit("the population is not the one published")
    if sha(sample["seed"]) != sample["commitment"]:
        sys.exit("the seed is not the one promised")
    drawn = positions(lines, sample["seed"], sample["nonce"], sample["population_digest"],
                      sample["size"])
    if drawn != sample["drawn"]:
        sys.exit(f"drawn {sample['drawn']}, should be {drawn}")
    return drawn


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == "vectors":
        lines = sorted(line_of("claim", uuid.UUID(int=n)) for n in range(1, 6))
        print(line_of("claim", uuid.UUID(int=1)))
        print(digest_of(lines))
        print(positions(lines, "seed", "nonce", digest_of(lines), 3))
        return
    first, *pages = [read(path) for path in sys.argv[1:]]
    if pages:
        sample, population = first, pages
    elif "sample" in first:
        sample, population = first["sample"], first["population"]
    else:
        sys.exit("the pages of the population are missing")
    print(*redraw(sample, lines_in(population)))


if __name__ == "__main__":
    main()
