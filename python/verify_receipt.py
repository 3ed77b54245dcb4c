"""Verifies a receipt of a Bulkhead run with nothing but Python's standard library (docs/spec/receipt.md).

    python3 verify_receipt.py RECEIPT.json KEY.pem

The key is the public one, as `bulkhead receipts key` prints it. On stdout the receipt's predicate as JSON; exit 0 when it is signed by
that key and about the run that it names, 3 when not, 2 when a file cannot be read. Ed25519 is written out here (RFC 8032, 5.1.7).
"""
import base64, hashlib, json, re, sys  # noqa: E401

TYPE, STATEMENT = "application/vnd.in-toto+json", "https://in-toto.io/Statement/v1"
PREDICATE = "https://bulkhead.dev/receipt/v1"
SPKI = bytes.fromhex("302a300506032b6570032100")
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
NEEDED = {"run": str, "project": str, "stage": str, "environment": str, "signer": str, "started": str, "ended": str,
          "revoked": bool, "secrets": list}


class Invalid(Exception):
    pass


def add(p, q):
    """Two points in extended coordinates (X, Y, Z, T)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, point):
    total = (0, 1, 1, 0)
    while n:
        total, point, n = add(total, point) if n & 1 else total, add(point, point), n >> 1
    return total


def decompress(data):
    y, sign = int.from_bytes(data, "little") & (2**255 - 1), data[31] >> 7
    if y >= P:
        raise Invalid("a point is not canonical")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        raise Invalid("a point is not on the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(public, message, signature):
    if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= L:
        return False
    r, a = decompress(signature[:32]), decompress(public)
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = times(int.from_bytes(signature[32:], "little"), BASE), add(r, times(k, a))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


def decode(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise Invalid("its base64 is not canonical")
    return data


def unique(pairs):
    if len({name for name, _ in pairs}) != len(pairs):
        raise Invalid("a member stands twice")
    return dict(pairs)


def verify(envelope, der):
    """The predicate. Raises Invalid, ValueError, KeyError, TypeError."""
    if len(der) != 44 or not der.startswith(SPKI):
        raise Invalid("the key is not Ed25519")
    if envelope["payloadType"] != TYPE:
        raise Invalid("it is no in-toto statement")
    payload, mark = decode(envelope["payload"]), hashlib.sha256(der).hexdigest()[:32]
    message = b"DSSEv1 %d %s %d %s" % (len(TYPE), TYPE.encode(), len(payload), payload)
    mine = [one for one in envelope["signatures"] if one["keyid"] in (f"store:{mark}", f"local:{mark}")]
    if not any(signed(der[12:], message, decode(one["sig"])) for one in mine):
        raise Invalid("this key did not sign it")
    statement = json.loads(payload.decode("utf-8"), object_pairs_hook=unique)
    if statement["_type"] != STATEMENT or statement["predicateType"] != PREDICATE:
        raise Invalid("it is no receipt of a run")
    predicate, subject = statement["predicate"], statement["subject"]
    for name, kind in NEEDED.items():
        if type(predicate[name]) is not kind:
            raise Invalid(f"its {name} cannot be read")
    if predicate["signer"] != mine[0]["keyid"].partition(":")[0]:
        raise Invalid("another signed it than it says")
    wanted = [{"name": "run:" + predicate["run"], "digest": {"sha256": hashlib.sha256(predicate["run"].encode()).hexdigest()}}]
    if predicate["commit"] is not None:
        wanted.append({"name": "source", "digest": {"gitCommit": predicate["commit"]}})
    if subject != wanted:
        raise Invalid("its subject is not its run")
    for one in predicate["secrets"]:
        if one["used"] not in ("yes", "no", "unknown"):
            raise Invalid("a use cannot be read")
    return predicate


def main(receipt, key):
    try:
        with open(receipt, encoding="utf-8") as file:
            text = file.read()
        with open(key, encoding="utf-8") as file:
            pem = re.search(r"-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----", file.read())
        der = base64.b64decode("".join(pem[1].split())) if pem else b""
    except (OSError, ValueError) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    try:
        predicate = verify(json.loads(text), der)
    except (Invalid, ValueError, KeyError, TypeError) as error:
        print(f"not valid: {error}", file=sys.stderr)
        return 3
    print(json.dumps(predicate, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
