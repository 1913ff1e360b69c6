#!/usr/bin/env python3
"""Draws a supervisor's sample again from what the service publishes.

An independent reading of api/docs/supervision.md: nothing here is shared with the service.

    redraw.py FILE      FILE holds {"sample": ..., "population": [...]} as the public
                        operations answer; says the drawn positions, or why they are wrong.
    redraw.py vectors   prints the vectors of the unit tests
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


def redraw(sample, lines):
    if lines != sorted(lines) or len(set(lines)) != len(lines):
        sys.exit("the population is not in order")
    if len(lines) != sample["population_count"] or digest_of(lines) != sample["population_digest"]:
        sys.exit("the population is not the one published")
    if sha(sample["seed"]) != sample["commitment"]:
        sys.exit("the seed is not the one promised")
    drawn = positions(lines, sample["seed"], sample["nonce"], sample["population_digest"],
                      sample["size"])
    if drawn != sample["drawn"]:
        sys.exit(f"drawn {sample['drawn']}, should be {drawn}")
    return drawn


def main():
    if sys.argv[1] == "vectors":
        lines = sorted(line_of("claim", uuid.UUID(int=n)) for n in range(1, 6))
        print(line_of("claim", uuid.UUID(int=1)))
        print(digest_of(lines))
        print(positions(lines, "seed", "nonce", digest_of(lines), 3))
        return
    with open(sys.argv[1], encoding="utf-8") as file:
        published = json.load(file)
    print(*redraw(published["sample"], published["population"]))


if __name__ == "__main__":
    main()
