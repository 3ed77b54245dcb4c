"""Stage 3: measures the model on rows it has not seen, beside the base model, and sends the result to the tracker."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "vendor", "fastfeatures"))

from fastfeatures import Scaler
from fraud.http import basic, bearer, call, needed, stop
from fraud.model import MODEL, NAMES, accuracy, auc, labels, read_rows, score, split, table_of

STAGE = "evaluate"


def main():
    hub = needed(STAGE, "HF_ENDPOINT", os.environ.get("HF_ENDPOINT"))
    tracker = needed(STAGE, "WANDB_BASE_URL", os.environ.get("WANDB_BASE_URL"))
    hub_token = needed(STAGE, "HF_TOKEN", os.environ.get("HF_TOKEN"))
    tracker_key = needed(STAGE, "WANDB_API_KEY", os.environ.get("WANDB_API_KEY"))
    if not MODEL.exists():
        stop(STAGE, f"{MODEL} is missing; run train.py first")

    model = json.loads(MODEL.read_text(encoding="utf-8"))
    base = json.loads(call(STAGE, "HF_TOKEN", f"{hub}/acme/fraud-base/resolve/main/model.json", bearer(hub_token)))
    base_weights = [base["bias"]] + [base["weights"].get(name, 0.0) for name in NAMES]
    _, rows = split(read_rows())
    table = table_of(rows, Scaler.from_state(model["scaler"]))
    targets = labels(rows)
    scores = [score(model["weights"], features) for features in table]
    before = [score(base_weights, features) for features in table]
    result = {
        "auc": round(auc(targets, scores), 4),
        "accuracy": round(accuracy(targets, scores), 4),
        "base_auc": round(auc(targets, before), 4),
        "rows": len(rows),
    }
    call(
        STAGE,
        "WANDB_API_KEY",
        f"{tracker}/files/acme/fraud-detector/evaluate/file_stream",
        basic("api", tracker_key),
        {"files": {"wandb-summary.json": {"offset": 0, "content": [json.dumps(result)]}}},
    )
    print(f"evaluate: auc {result['auc']:.3f} (base {result['base_auc']:.3f}), accuracy {result['accuracy']:.3f}")


if __name__ == "__main__":
    main()
