"""Stage 4: scores the latest payments and asks a language model to explain the riskiest to a reviewer."""
import base64
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "vendor", "fastfeatures"))

from fastfeatures import Scaler
from fraud.http import bearer, call, needed, stop
from fraud.model import MODEL, raw_features, read_rows, score

STAGE = "serve"
LATEST = 100  # payments scored
SHOWN = 5


def main():
    api = needed(STAGE, "OPENAI_BASE_URL", os.environ.get("OPENAI_BASE_URL"))
    key = needed(STAGE, "OPENAI_API_KEY", os.environ.get("OPENAI_API_KEY"))
    if not MODEL.exists():
        stop(STAGE, f"{MODEL} is missing; run train.py first")

    # Debug lines of the kind that survive in real code; in a job's log they are a leak.
    print("using key", os.environ["OPENAI_API_KEY"])
    print("headers:", {"x-client-auth": "Basic " + base64.b64encode(f"serve:{key}".encode()).decode(), "retries": 0})

    model = json.loads(MODEL.read_text(encoding="utf-8"))
    scaler = Scaler.from_state(model["scaler"])
    scored = []
    for row in read_rows()[-LATEST:]:
        risk = score(model["weights"], scaler.transform(raw_features(row)))
        scored.append((risk, row))
    scored.sort(key=lambda pair: -pair[0])
    for risk, row in scored[:SHOWN]:
        print(f"serve: {row['id']} {row['amount']:>8} {row['country']} {row['merchant']:<11} risk {risk:.2f}")
    risk, row = scored[0]
    question = (
        f"Payment {row['id']}: {row['amount']} EUR at {row['hour']}:00, {row['merchant']}, {row['country']}; "
        f"risk {risk:.2f}. Explain in one sentence."
    )
    reply = call(
        STAGE,
        "OPENAI_API_KEY",
        f"{api}/chat/completions",
        bearer(key),
        {"model": "gpt-5-mini", "messages": [{"role": "user", "content": question}]},
    )
    print("serve:", json.loads(reply)["choices"][0]["message"]["content"])


if __name__ == "__main__":
    main()
