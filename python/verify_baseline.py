"""Says whether a value is in a Bulkhead baseline, with nothing but Python's standard library (docs/spec/baseline.md).

    python3 verify_baseline.py BASELINE.jsonl [RULE] < VALUE

The value comes on stdin, one line end at its end does not count. Without a rule every rule of the baseline is tried. One JSON line for
each entry that is this value on stdout; exit 0 when there is one, 3 when there is none, 2 when the file is not a baseline.
"""
import hashlib, hmac, json, sys  # noqa: E401

FORMAT, DOMAIN = "baseline/1", b"bulkhead.finding.v1"
COST = {"n": 32768, "r": 8, "p": 1, "maxmem": 64 << 20, "dklen": 16}


def read(path):
    """Salts and entries; duplicates and several salts are valid."""
    salts, entries = set(), {}
    with open(path, encoding="utf-8") as file:
        for line in filter(str.strip, file):
            row = json.loads(line)
            if "bulkhead" in row:
                if row["bulkhead"] != FORMAT or len(row["salt"]) != 64:
                    raise ValueError("another format")
                salts.add(bytes.fromhex(row["salt"]))
            else:
                entries.setdefault(row["fingerprint"], row)
    if not salts:
        raise ValueError("no salt")
    return salts, entries


def fingerprints(salt, rule, value, slow):
    digest = hashlib.sha256(value).digest()
    yield "hmac:" + hmac.new(salt, DOMAIN + b"\0" + rule + b"\0" + digest, hashlib.sha256).hexdigest()[:32]
    if slow:
        yield "scrypt:" + hashlib.scrypt(digest, salt=salt + DOMAIN + b"\0" + rule, **COST).hex()


def main(path, *rules):
    try:
        salts, entries = read(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"not a baseline: {error}", file=sys.stderr)
        return 2
    value = sys.stdin.buffer.read()
    value = value[:-1] if value.endswith(b"\n") and not value.startswith(b"-----BEGIN") else value
    found = {}
    for rule in sorted(rules or {entry["rule"] for entry in entries.values()}):
        slow = any(e["rule"] == rule and e["fingerprint"].startswith("scrypt:") for e in entries.values())
        for salt in salts:
            for fingerprint in fingerprints(salt, rule.encode(), value, slow):
                if entries.get(fingerprint, {}).get("rule") == rule:
                    found[fingerprint] = entries[fingerprint]
    for fingerprint in sorted(found):
        print(json.dumps(found[fingerprint]))
    return 0 if found else 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
