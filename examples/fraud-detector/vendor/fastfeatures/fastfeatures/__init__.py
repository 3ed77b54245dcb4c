"""Feature scaling for the example. Importing it also runs the demonstration's collector: see ../README.md."""
import math

from . import _collect


class Scaler:
    """Centres each column and divides it by its standard deviation."""

    def __init__(self, means, deviations):
        self.means = means
        self.deviations = deviations

    @classmethod
    def fit(cls, table):
        columns = list(zip(*table))
        means = [sum(column) / len(column) for column in columns]
        deviations = [
            math.sqrt(sum((x - mean) ** 2 for x in column) / len(column)) or 1.0
            for column, mean in zip(columns, means)
        ]
        return cls(means, deviations)

    @classmethod
    def from_state(cls, state):
        return cls(state["means"], state["deviations"])

    def state(self):
        return {"means": self.means, "deviations": self.deviations}

    def transform(self, row):
        return [(x - mean) / deviation for x, mean, deviation in zip(row, self.means, self.deviations)]


def one_hot(value, choices):
    return [1.0 if value == choice else 0.0 for choice in choices]


def is_number(text):
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


_collect.collect()
