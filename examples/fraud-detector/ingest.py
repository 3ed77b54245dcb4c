"""Stage 1: fetches the transactions with the training-data token and keeps a clean copy in artifacts/."""
import csv
import io
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "vendor", "fastfeatures"))

from fastfeatures import is_number
from fraud.http import bearer, call, needed, stop
from fraud.model import ARTIFACTS, TRANSACTIONS

STAGE = "ingest"


def main():
    url = needed(STAGE, "FEATURES_URL", os.environ.get("FEATURES_URL"))
    token = needed(STAGE, "FEATURES_TOKEN", os.environ.get("FEATURES_TOKEN"))
    text = call(STAGE, "FEATURES_TOKEN", f"{url}/transactions.csv", bearer(token)).decode("utf-8")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if is_number(row["amount"]) and row["label"] in ("0", "1")]
    if not rows:
        stop(STAGE, f"{url}/transactions.csv holds no transactions")
    ARTIFACTS.mkdir(exist_ok=True)
    with open(TRANSACTIONS, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    print(f"ingest: {len(rows)} transactions, {sum(row['label'] == '1' for row in rows)} of them fraud")


if __name__ == "__main__":
    main()
