"""Checks lines, proofs and checkpoints of the public tree with nothing but Python's library.

Shares no code with the product: written from RFC 9162, RFC 8032 and the C2SP texts alone.

    verify.py line   PROOF-FILE KEY [LINE]      one line under a signed head
    verify.py growth PATH-FILE KEY OLD NEW      that the head NEW begins with the head OLD
    verify.py vectors VECTORS.json              the vectors of the specification
"""

import base64
import hashlib
import json
import sys


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(line):
    return sha256(b"\x00" + line)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def root_from_path(leaf, index, size, path):
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    fn, sn, result = index, size - 1, leaf
    for beside in path:
        if sn == 0:
            raise ValueError("the path is too long")
        if fn % 2 == 1 or fn == sn:
            result = node_hash(beside, result)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn // 2, sn // 2
        else:
            result = node_hash(result, beside)
        fn, sn = fn // 2, sn // 2
    if sn != 0:
        raise ValueError("the path is too short")
    return result


def check_growth(first, first_root, second, second_root, path):
    """RFC 9162, 2.1.4.2."""
    if first == second:
        if path or first_root != second_root:
            raise ValueError("two heads of one size differ")
        return
    if not 0 < first < second or not path:
        raise ValueError("no proof")
    if first & (first - 1) == 0:
        path = [first_root] + path
    fn, sn = first - 1, second - 1
    while fn % 2 == 1:
        fn, sn = fn // 2, sn // 2
    old = new = path[0]
    for beside in path[1:]:
        if sn == 0:
            raise ValueError("the path is too long")
        if fn % 2 == 1 or fn == sn:
            old, new = node_hash(beside, old), node_hash(beside, new)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn // 2, sn // 2
        else:
            new = node_hash(new, beside)
        fn, sn = fn // 2, sn // 2
    if sn != 0 or old != first_root or new != second_root:
        raise ValueError("the later tree does not begin with the earlier one")


# Ed25519 as in RFC 8032, 5.1.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, point):
    total = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def point(data):
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        raise ValueError("no point")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * ROOT % P
    if (x * x - square) % P != 0 or (x == 0 and sign):
        raise ValueError("no point")
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point(bytes([0x58]) + bytes([0x66]) * 31)


def signed(key, message, signature):
    half, s = signature[:32], int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= L:
        return False
    hashed = hashlib.sha512(half + key + message).digest()
    h = int.from_bytes(hashed, "little") % L
    left, right = times(s, BASE), add(point(half), times(h, point(key)))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0


def decode(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64 in another spelling")
    return data


def read_key(text):
    name, key_id, rest = text.split("+", 2)
    data = decode(rest)
    expected = sha256(name.encode() + b"\n" + data)[:4]
    if expected.hex() != key_id or data[0] != 1 or len(data) != 33:
        raise ValueError("the key is not an Ed25519 key in its own name")
    return name, expected, data[1:]


def read_checkpoint(text, key):
    body, signatures = text.split("\n\n", 1)
    body += "\n"
    name, key_id, public = read_key(key)
    good = False
    for line in signatures.splitlines():
        dash, signer, payload = line.split(" ")
        data = decode(payload)
        if dash == "\u2014" and signer == name and data[:4] == key_id:
            if not signed(public, body.encode(), data[4:]):
                raise ValueError("the signature is false")
            good = True
    if not good:
        raise ValueError("the key has not signed it")
    origin, size, root = body.splitlines()[:3]
    if str(int(size)) != size or origin != name:
        raise ValueError("no checkpoint of this tree")
    return origin, int(size), decode(root)


def check_line(proof, key, line):
    head, note = proof.split("\n\n", 1)
    rows = head.split("\n")
    if rows.pop(0) != "c2sp.org/tlog-proof@v1":
        raise ValueError("no proof file")
    if rows[0].startswith("extra "):
        inside = decode(rows.pop(0)[6:]).decode("ascii")
        if line is not None and line != inside:
            raise ValueError("the proof is about another line")
        line = inside
    if line is None or not rows[0].startswith("index "):
        raise ValueError("no line or no index")
    index = int(rows.pop(0)[6:])
    fields = line.split("|")
    origin, size, root = read_checkpoint(note, key)
    if fields[1] != origin.split("/")[-1] or fields[2] != str(index):
        raise ValueError("the line belongs elsewhere")
    found = root_from_path(leaf_hash(line.encode("ascii")), index, size, [decode(r) for r in rows])
    if found != root:
        raise ValueError("the line is not in this tree")
    return f"{origin} {index} of {size}"


def naive_root(leaves):
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(naive_root(leaves[:half]), naive_root(leaves[half:]))


def check_vectors(vectors):
    salt = lambda i: hashlib.sha256(f"salt{i}".encode()).hexdigest()[:32]
    lines = [
        f"jfyh-entry/v1|510123101|{i}|C00{i}7|2026-10-0{i + 1}|EARN|+{10 * (i + 1)}|{10 * (i + 1)}"
        f"|CL00000{i}|{salt(i)}"
        for i in range(7)
    ]
    hashes = [leaf_hash(line.encode()) for line in lines]
    path = [bytes.fromhex(h) for h in vectors["path_3"]]
    assert lines[3] == vectors["line_3"]
    assert hashes[3].hex() == vectors["leaf_3"]
    assert naive_root(hashes).hex() == vectors["root_7"]
    assert root_from_path(hashes[3], 3, 7, path).hex() == vectors["root_7"]
    assert naive_root([]).hex().startswith(vectors["empty_root"])
    return "vectors"


def main(arguments):
    what, name = arguments[:2]
    with open(name, encoding="utf-8") as file:
        text = file.read()
    if what == "line":
        return check_line(text, arguments[2], arguments[3] if len(arguments) > 3 else None)
    if what == "growth":
        heads = []
        for other in arguments[3:5]:
            with open(other, encoding="utf-8") as file:
                heads.append(read_checkpoint(file.read(), arguments[2]))
        (_, first, old), (_, second, new) = heads
        check_growth(first, old, second, new, [bytes.fromhex(r) for r in text.split()])
        return f"{first} to {second}"
    return check_vectors(json.loads(text))


if __name__ == "__main__":
    try:
        print(main(sys.argv[1:]))
    except (ValueError, AssertionError, IndexError, KeyError) as fault:
        sys.exit(f"refused: {fault!r}")
