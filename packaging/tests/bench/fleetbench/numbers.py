"""Percentiles, medians and units."""

import math


def percentile(values, per_cent):
    """The smallest value that at least `per_cent` of all values do not exceed (nearest rank); None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, math.ceil(per_cent / 100 * len(ordered)) - 1)]


def milliseconds(seconds):
    return None if seconds is None else seconds * 1000


def median(values):
    """The middle value, or the mean of the two middle ones; None without values. Absent values do not count."""
    ordered = sorted(value for value in values if value is not None)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
