"""Transactions and a logistic regression fitted by gradient descent, with nothing but the standard library."""
import csv
import math
from pathlib import Path

from fastfeatures import Scaler, one_hot

ARTIFACTS = Path("artifacts")
TRANSACTIONS = ARTIFACTS / "transactions.csv"
MODEL = ARTIFACTS / "model.json"
COUNTRIES = ["DE", "FR", "GB", "US", "BR", "NG"]
MERCHANTS = ["grocery", "fuel", "travel", "electronics", "gift-card", "restaurant"]
NAMES = ["amount", "night"] + [f"country={c}" for c in COUNTRIES] + [f"merchant={m}" for m in MERCHANTS]


def read_rows(path=TRANSACTIONS):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def split(rows):
    """Training and test rows: every fourth one is held back."""
    return [r for i, r in enumerate(rows) if i % 4], [r for i, r in enumerate(rows) if i % 4 == 0]


def raw_features(row):
    night = 1.0 if int(row["hour"]) < 6 else 0.0
    return (
        [math.log1p(float(row["amount"])), night]
        + one_hot(row["country"], COUNTRIES)
        + one_hot(row["merchant"], MERCHANTS)
    )


def labels(rows):
    return [int(row["label"]) for row in rows]


def score(weights, features):
    """Probability of fraud; `weights[0]` is the bias."""
    z = weights[0] + sum(w * x for w, x in zip(weights[1:], features))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


def fit(weights, table, targets, epochs, rate=0.5, decay=1e-3):
    """Full-batch gradient descent; yields (epoch, weights, mean log loss) after each epoch."""
    weights = list(weights)
    count = len(table)
    for epoch in range(1, epochs + 1):
        gradient = [0.0] * len(weights)
        loss = 0.0
        for features, target in zip(table, targets):
            p = score(weights, features)
            loss -= math.log(p if target else 1 - p)
            error = p - target
            gradient[0] += error
            for i, x in enumerate(features, 1):
                gradient[i] += error * x
        weights = [w - rate * (g / count + (decay * w if i else 0)) for i, (w, g) in enumerate(zip(weights, gradient))]
        yield epoch, weights, loss / count


def auc(targets, scores):
    """Chance that a fraud scores above an honest payment (ties count half)."""
    bad = [s for t, s in zip(targets, scores) if t]
    good = [s for t, s in zip(targets, scores) if not t]
    wins = sum((b > g) + 0.5 * (b == g) for b in bad for g in good)
    return wins / (len(bad) * len(good))


def accuracy(targets, scores):
    return sum((s >= 0.5) == bool(t) for t, s in zip(targets, scores)) / len(targets)


def table_of(rows, scaler):
    return [scaler.transform(raw_features(row)) for row in rows]


def fitted_scaler(rows):
    return Scaler.fit([raw_features(row) for row in rows])
