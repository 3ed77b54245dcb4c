"""Stage 2: starts from the base model on the hub, fits it to the transactions, logs each epoch to the tracker."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "vendor", "fastfeatures"))

from fraud.http import basic, bearer, call, needed, stop
from fraud.model import MODEL, TRANSACTIONS, NAMES, fit, fitted_scaler, labels, read_rows, split, table_of

STAGE = "train"


def main():
    hub = needed(STAGE, "HF_ENDPOINT", os.environ.get("HF_ENDPOINT"))
    tracker = needed(STAGE, "WANDB_BASE_URL", os.environ.get("WANDB_BASE_URL"))
    hub_token = needed(STAGE, "HF_TOKEN", os.environ.get("HF_TOKEN"))
    tracker_key = needed(STAGE, "WANDB_API_KEY", os.environ.get("WANDB_API_KEY"))
    epochs = int(os.environ.get("EPOCHS", "60"))
    if not TRANSACTIONS.exists():
        stop(STAGE, f"{TRANSACTIONS} is missing; run ingest.py first")

    base = json.loads(call(STAGE, "HF_TOKEN", f"{hub}/acme/fraud-base/resolve/main/model.json", bearer(hub_token)))
    weights = [base["bias"]] + [base["weights"].get(name, 0.0) for name in NAMES]
    rows, _ = split(read_rows())
    scaler = fitted_scaler(rows)
    history = []
    for epoch, weights, loss in fit(weights, table_of(rows, scaler), labels(rows), epochs):
        history.append({"epoch": epoch, "loss": round(loss, 5)})
    call(
        STAGE,
        "WANDB_API_KEY",
        f"{tracker}/files/acme/fraud-detector/train/file_stream",
        basic("api", tracker_key),
        {"files": {"wandb-history.jsonl": {"offset": 0, "content": [json.dumps(line) for line in history]}}},
    )
    MODEL.write_text(json.dumps({"names": NAMES, "weights": weights, "scaler": scaler.state()}), encoding="utf-8")
    print(f"train: {len(rows)} rows, {epochs} epochs, loss {history[0]['loss']:.3f} -> {history[-1]['loss']:.3f}")


if __name__ == "__main__":
    main()
