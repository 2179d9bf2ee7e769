#!/usr/bin/env python3
"""Draws a sweep: what its rows are judged by and steps a second over an axis, a line for each executor.

Reads what `overlap sweep --output` wrote, JSON or CSV, which does not tell what a search went by: there, it is the
makespan, or over a rate the p99 latency. Lines go through the medians of the repeats, bands from the least to the
largest. Each combination of the other axes' values has a column of panels of its own; --where takes one value. An axis
of figures is logarithmic where they span more than a factor of ten. The limit of a search for the highest value within
it is a dashed line.

  scripts/plot.py sweep.json -x size -o sweep.svg
  scripts/plot.py sweep.csv -x requests --where size=64Ki --where wait=none
"""

import argparse
import csv
import itertools
import json
import os
import re
import statistics
import sys
from typing import NamedTuple

MOST_PANELS = 4
MOST_PERCENTILES = 5
UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
JUDGED = {"makespan": "makespan_s", "total": "total_s", "latency": "latency_s.p99"}
LABELS = {
    "makespan_s": "makespan (s)",
    "total_s": "makespan and setup (s)",
    "latency_s.p99": "p99 latency (s)",
    "steps_per_s": "steps/s",
}
MARKERS = "osD^vP*X<>"


class UserError(Exception):
    """One line that says what is wrong with what was given."""


def number_of(text):
    """The number that a count such as 64Ki stands for, or the text itself where it is none."""
    if match := re.fullmatch(r"(\d+)(k|M|G|Ki|Mi|Gi)?", text):
        return int(match[1]) * UNITS[match[2] or ""]
    return float(text) if re.fullmatch(r"\d*\.?\d+(e[+-]?\d+)?", text) else text


class Sweep(NamedTuple):
    """(point, executor, figures) for each finished run, and what runs are judged by."""

    axes: list
    samples: list
    judged_by: str
    within_s: float = None


def is_number(value):
    return isinstance(value, (int, float))


def text_of(value):
    """A value as the command line takes it, in the shortest way."""
    texts = [str(value)]
    if isinstance(value, int) and value > 0:
        texts += [f"{value // factor}{unit}" for unit, factor in UNITS.items() if value % factor == 0]
    return min(texts, key=len)


def seconds_text(seconds):
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def label_of(value):
    """For people, who need not give it to a command: a wait of many percentiles by some of them."""
    text = text_of(value)
    if not text.startswith("percentiles:") or text.count("=") <= MOST_PERCENTILES:
        return text
    points = [tuple(map(float, point.split("="))) for point in text.split(":")[1:]]

    def wait_at(percent):
        for (low, low_s), (high, high_s) in zip([(0.0, 0.0), *points], points):
            if percent <= high:
                return low_s + (percent - low) / (high - low) * (high_s - low_s)
        return points[-1][1]

    median, p99, longest = (seconds_text(wait_at(percent)) for percent in (50, 99, 100))
    return f"percentiles (median {median}, p99 {p99}, max {longest})"


def read_json(text, path):
    try:
        document = json.loads(text)
        if document.get("kind") != "sweep":
            raise UserError(f"{path}: is no sweep's file; 'overlap sweep --output' writes one")
        axes = [axis["name"] for axis in document["axes"]]
        samples = []
        for cell in document["cells"]:
            workload = cell["results"]["workload"]
            steps = workload["requests"] * workload["iterations"]
            for run in cell["results"]["runs"]:
                for repeat in run["repeats"]:
                    makespan_s, latency_s = repeat["makespan_s"], (repeat["latency_s"] or {}).get("p99")
                    if makespan_s is None or latency_s is None:
                        continue
                    values = (cell["axes"][axis] for axis in axes)
                    point = tuple(number_of(value) if isinstance(value, str) else value for value in values)
                    figures = (makespan_s, repeat["total_s"], latency_s, steps / makespan_s)
                    samples.append((point, run["executor"], dict(zip(LABELS, figures))))
        by_latency = any(cell["results"]["workload"]["rate"] for cell in document["cells"])
        search = document["highest"] or document["break_even"] or {}
        judged_by = JUDGED[search.get("by", "latency" if by_latency else "makespan")]
        return Sweep(axes, samples, judged_by, search.get("within_s"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path}: is no sweep's file ({type(error).__name__}: {error})") from error


def read_csv(text, path):
    lines = csv.DictReader(text.splitlines())
    columns = lines.fieldnames or []
    missing = [name for name in ("executor", *LABELS) if name not in columns]
    if missing:
        raise UserError(f"{path}: is no sweep's file (it has no column {missing[0]})")
    axes = columns[: columns.index("executor")]
    if not axes:
        raise UserError(f"{path}: is no sweep's file (it has no axis before the column executor)")
    samples = []
    for line in lines:
        try:
            figures = {name: float(line[name]) for name in LABELS if line[name]}
        except (TypeError, ValueError) as error:
            raise UserError(f"{path}: line {lines.line_num}: {error}") from error
        if len(figures) == len(LABELS):
            samples.append((tuple(number_of(line[axis] or "") for axis in axes), line["executor"], figures))
    return Sweep(axes, samples, JUDGED["latency" if "rate" in axes else "makespan"])


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: can't be read ({error})") from error
    sweep = read_csv(text, path) if path.endswith(".csv") else read_json(text, path)
    if not sweep.samples:
        raise UserError(f"{path}: has no finished run to draw")
    return sweep


def axis_index(axes, name, option):
    key = name.replace("-", "_")
    if key not in axes:
        raise UserError(f"{option}: no axis is called '{name}'; there are {', '.join(axes)}")
    return axes.index(key)


def select(axes, samples, wheres):
    for where in wheres:
        name, equals, value = where.partition("=")
        if not equals:
            raise UserError(f"--where: '{where}' is not right; it takes AXIS=VALUE, such as size=4M")
        index = axis_index(axes, name, "--where")
        known = sorted({point[index] for point, _, _ in samples}, key=str)
        samples = [sample for sample in samples if sample[0][index] == number_of(value)]
        if not samples:
            raise UserError(f"--where: {name} is never {value}; it is {', '.join(map(text_of, known))}")
    return samples


def values_of(samples, index):
    """In their order: numbers by size, names as they come."""
    values = list(dict.fromkeys(point[index] for point, _, _ in samples))
    return sorted(values) if all(map(is_number, values)) else values


def panels_of(axes, samples, x_index):
    """The other axes' values in every combination that was run: {"size 4M, wait none": samples}."""
    others = [index for index in range(len(axes)) if index != x_index]
    varying = [index for index in others if len(values_of(samples, index)) > 1]
    panels = {}
    for combination in itertools.product(*(values_of(samples, index) for index in varying)):
        chosen = [s for s in samples if all(s[0][i] == value for i, value in zip(varying, combination))]
        title = ", ".join(f"{axes[i]} {label_of(value)}" for i, value in zip(varying, combination))
        if chosen:
            panels[title] = chosen
    if len(panels) > MOST_PANELS:
        fix = " ".join(f"--where {axes[i]}={text_of(values_of(samples, i)[0])}" for i in varying)
        raise UserError(f"there are {len(panels)} panels, more than {MOST_PANELS}: fix other axes, such as {fix}")
    return panels


def spans_decades(values):
    return min(values) > 0 and max(values) > 10 * min(values)


def label_x_values(panel, values, left_out=()):
    panel.set_xticks(values, [text_of(value) for value in values], rotation=45)
    panel.set_xticks(left_out, [""] * len(left_out), minor=True)


def apart(values, place_of, least):
    """Those of ascending values whose places are at least so far apart, the first and the last among them."""
    kept = values[:1]
    for value in values[1:-1]:
        if place_of(value) - place_of(kept[-1]) >= least and place_of(values[-1]) - place_of(value) >= least:
            kept.append(value)
    return kept + values[1:][-1:]


def thin_x_labels(panel, values):
    """Leaves out labels that would lie on others. Once all else is in its place, and over numbers."""
    slanted_line = 1.5 * panel.xaxis.get_ticklabels()[0].get_fontsize()
    points_a_pixel = 72 / panel.figure.dpi
    kept = apart(values, lambda value: panel.transData.transform((value, 1))[0] * points_a_pixel, slanted_line)
    label_x_values(panel, kept, [value for value in values if value not in kept])


def label_decades(panel):
    """Labels a logarithmic axis of figures; of few decades, within them too."""
    from matplotlib import ticker

    panel.set_yscale("log")
    low, high = panel.get_ylim()
    if high < 100 * low:
        panel.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
        panel.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    panel.yaxis.set_minor_formatter(ticker.NullFormatter())


def draw_panel(panel, samples, x_values, x_index, figure, styles):
    are_numbers = all(map(is_number, x_values))
    positions = {value: value if are_numbers else place for place, value in enumerate(x_values)}
    for executor in dict.fromkeys(name for _, name, _ in samples):
        by_x = {}
        for point, name, figures in samples:
            if name == executor:
                by_x.setdefault(positions[point[x_index]], []).append(figures[figure])
        xs = sorted(by_x)
        medians = [statistics.median(by_x[x]) for x in xs]
        panel.plot(xs, medians, label=executor, **styles[executor])
        if any(len(by_x[x]) > 1 for x in xs):
            lows, highs = [min(by_x[x]) for x in xs], [max(by_x[x]) for x in xs]
            panel.fill_between(xs, lows, highs, alpha=0.2, linewidth=0, color=styles[executor]["color"])
    if are_numbers:
        if spans_decades(x_values):
            panel.set_xscale("log")
        label_x_values(panel, x_values)
    else:
        panel.set_xticks(range(len(x_values)), map(label_of, x_values), rotation=20)
    panel.grid(True, alpha=0.3)


def draw(sweep, x_index, output):
    try:
        import matplotlib
    except ImportError as error:
        raise UserError("needs matplotlib (Debian's package python3-matplotlib)") from error
    matplotlib.use("Agg")
    # Text stays text, for those who search in or read out an SVG.
    matplotlib.rcParams["svg.fonttype"] = "none"
    from matplotlib import pyplot

    axes, samples = sweep.axes, sweep.samples
    shown = [sweep.judged_by, "steps_per_s"]
    panels = panels_of(axes, samples, x_index)
    x_values = values_of(samples, x_index)
    executors = list(dict.fromkeys(name for _, name, _ in samples))
    styles = {
        name: {"color": f"C{place % 10}", "marker": MARKERS[place % len(MARKERS)], "markersize": 4}
        for place, name in enumerate(executors)
    }
    picture, grid = pyplot.subplots(
        len(shown), len(panels), squeeze=False, sharex=True, sharey="row", figsize=(2.5 + 4 * len(panels), 7)
    )
    for column, (title, chosen) in enumerate(panels.items()):
        for row, figure in enumerate(shown):
            draw_panel(grid[row][column], chosen, x_values, x_index, figure, styles)
            if figure == sweep.judged_by and sweep.within_s:
                label = f"within {sweep.within_s:g} s"
                grid[row][column].axhline(sweep.within_s, label=label, color="black", linestyle="--", linewidth=1)
        grid[0][column].set_title(title)
        grid[-1][column].set_xlabel(axes[x_index])
    for row, figure in enumerate(shown):
        grid[row][0].set_ylabel(LABELS[figure])
        if spans_decades([figures[figure] for _, _, figures in samples]):
            label_decades(grid[row][0])
        else:
            grid[row][0].set_ylim(bottom=0)
    lines = {}
    for panel in grid[0]:
        lines.update({label: line for line, label in zip(*panel.get_legend_handles_labels())})
    picture.legend(lines.values(), lines.keys(), loc="upper right")
    picture.tight_layout(rect=(0, 0, 1 - 2.2 / picture.get_figwidth(), 1))
    if all(map(is_number, x_values)):
        for panel in grid[-1]:
            thin_x_labels(panel, x_values)
    try:
        picture.savefig(output)
    except (OSError, ValueError) as error:
        raise UserError(f"--output: '{output}' can't be written ({error})") from error


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", metavar="FILE", help="a sweep's JSON, or its CSV where the name ends in .csv")
    parser.add_argument("-x", required=True, metavar="AXIS", help="the axis that goes to the right")
    parser.add_argument("-o", "--output", metavar="FILE", help="SVG, PDF or PNG (default: FILE's name with .svg)")
    parser.add_argument("--where", action="append", default=[], metavar="AXIS=VALUE", help="only the cells of this value")
    arguments = parser.parse_args()
    try:
        sweep = read(arguments.file)
        x_index = axis_index(sweep.axes, arguments.x, "-x")
        sweep = sweep._replace(samples=select(sweep.axes, sweep.samples, arguments.where))
        output = arguments.output or os.path.splitext(arguments.file)[0] + ".svg"
        draw(sweep, x_index, output)
    except UserError as error:
        print(f"plot.py: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
