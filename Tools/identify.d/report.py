"""A page with the plots of the fit and its residuals; the pictures are inside the file."""
import base64
import html
import io

import numpy as np

import data as lab
from model import OCV_GRID, R_GRID


def picture(figure):
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=90)
    return ('<img alt="" src="data:image/png;base64,'
            + base64.b64encode(out.getvalue()).decode() + '">')


def ocv_plot(plt, i, found):
    figure, axes = plt.subplots(1, 2, figsize=(13, 4), layout="constrained")
    for rising, name in ((False, "slow discharge"), (True, "slow charge")):
        axes[0].plot(100 * OCV_GRID, lab.branch(i.slow, rising, OCV_GRID), lw=0.8, label=name)
    axes[0].plot(100 * OCV_GRID, found.ocv, "k", lw=1.2, label="OCV of the cell file")
    middle = found.ocv[20:190]
    axes[0].set_ylim(middle.min() - 0.1, middle.max() + 0.1)
    axes[0].set(xlabel="SOC, %", ylabel="V", title="open-circuit voltage")
    axes[0].legend()
    axes[1].plot(100 * OCV_GRID, 1e3 * np.gradient(found.ocv, 0.5), "k", lw=1)
    axes[1].set_yscale("log")
    axes[1].set(xlabel="SOC, %", ylabel="mV per % SOC", title="slope: what 1 mV is worth")
    text = picture(figure)
    plt.close(figure)
    figure, axes = plt.subplots(1, 3, figsize=(13, 3.6), layout="constrained")
    axes[0].plot(100 * R_GRID, 1e3 * found.width, "k.-")
    axes[0].set(xlabel="SOC, %", ylabel="mV", title="half width of the hysteresis", ylim=(0, None))
    axes[1].plot(100 * R_GRID, 1e3 * found.entropy, "k.-")
    axes[1].set(xlabel="SOC, %", ylabel="mV/K", title="OCV by temperature")
    axes[2].plot(*np.array(i.shares).T, "k.-")
    axes[2].set(xlabel="kinetic share of the resistance", ylabel="mV rms", title="residual by kinetic share")
    text += picture(figure)
    plt.close(figure)
    return text


def resistance_plot(plt, found):
    figure, axes = plt.subplots(1, 3, figsize=(13, 3.8), layout="constrained")
    for row in found.rows:
        axes[0].plot(100 * R_GRID, 1e3 * row.resistance, "-" if row.measured else ":",
                     label=f"{row.celsius:.0f} °C")
    axes[0].set(xlabel="SOC, %", ylabel="mΩ", title="resistance (dotted: Arrhenius)")
    axes[0].legend(fontsize=8)
    celsius = [row.celsius for row in found.rows]
    for k, name in ((1, "fast"), (2, "slow")):
        axes[1].plot(celsius, [row.numbers[k] for row in found.rows], ".-", label=name)
        axes[2].plot(celsius, [100 * row.numbers[k + 2] for row in found.rows], ".-", label=name)
    axes[1].set(xlabel="°C", ylabel="s", title="time constants of the lag")
    axes[2].set(xlabel="°C", ylabel="% SOC at 1C", title="lag of the surface")
    axes[1].legend()
    text = picture(figure)
    plt.close(figure)
    return text


def file_plot(plt, check):
    file = check.file
    figure, axes = plt.subplots(1, 3, figsize=(13, 3.6), layout="constrained")
    hours = (file.t - file.t[0]) / 3600
    axes[0].plot(hours, file.volts, lw=0.6, label="measured")
    axes[0].plot(hours, check.volts, lw=0.6, label="model")
    axes[0].set(xlabel="h", ylabel="V")
    axes[0].legend()
    axes[1].plot(hours, 1e3 * check.residual, lw=0.5)
    axes[1].set(xlabel="h", ylabel="measured - model, mV", ylim=(-30, 30))
    for used, colour, name in ((True, "C0", "fitted"), (False, "C3", "held out")):
        rows = file.used == used
        if rows.any():
            axes[2].plot(100 * file.z[rows], 1e3 * check.residual[rows], ",", color=colour)
            axes[2].plot([], [], "s", color=colour, label=name)
    axes[2].set(xlabel="SOC, %", ylabel="measured - model, mV", ylim=(-30, 30))
    axes[2].legend()
    text = picture(figure)
    plt.close(figure)
    return text


def zone_table(checks, zones):
    heads = [f"{100 * a:.0f}–{100 * b:.0f} %" for a, b in zip(zones, zones[1:])] + ["10–95 %"]
    lines = ["<table><tr><th>file</th><th>°C</th><th></th>"
             + "".join(f"<th>{h}</th>" for h in heads) + "</tr>"]
    for check in checks:
        for held_out in (False, True):
            cells = check.table(held_out)
            if any(cells):
                lines.append(
                    f"<tr><td>{html.escape(check.file.name)}</td><td>{check.file.group:.1f}</td>"
                    f"<td>{'held out' if held_out else 'fitted'}</td>" + "".join(
                        "<td>–</td>" if c is None else f"<td>{c[0]:.1f} ({c[1]:+.1f})</td>"
                        for c in cells) + "</tr>")
    return "\n".join(lines + ["</table>"])


def write(path, name, identification, found, checks, lines, zones):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    body = [f"<h1>{html.escape(name)}</h1>", "<ul>"]
    body += [f"<li>{html.escape(line)}</li>" for line in lines]
    body += ["</ul>", "<h2>Residual by temperature and SOC: rms (mean), mV</h2>",
             zone_table(checks, zones), "<h2>Tables</h2>", ocv_plot(plt, identification, found),
             resistance_plot(plt, found)]
    for check in checks:
        body += [f"<h2>{html.escape(check.file.words)}, {check.file.group:.1f} °C</h2>",
                 file_plot(plt, check)]
    with open(path, "w") as file:
        file.write(
            '<!doctype html><meta charset="utf-8"><title>' + html.escape(name)
            + "</title><style>body{font:15px sans-serif;margin:2em;max-width:1250px}"
            "td,th{padding:.2em .6em;text-align:right;border-bottom:1px solid #ccc}"
            "img{max-width:100%}</style>" + "\n".join(body) + "\n")
