"""The page: the table, and each file's estimate against the truth. Pictures are inside the file."""
import base64
import html
import io

import numpy as np

import goals as g

STYLE = """body{font:15px/1.4 sans-serif;margin:2em;max-width:1250px}
td,th{padding:.2em .6em;text-align:left;border-bottom:1px solid #ccc;vertical-align:top}
.n{text-align:right}img{max-width:100%}
.met{color:#060}.aim{color:#850}.missed{color:#a00;font-weight:bold}.small{color:#555}"""
CLASS = {g.MET: "met", g.MISSED_AIM: "aim", g.MISSED: "missed", g.UNKNOWN: "missed"}


def picture(figure):
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=80)
    return ('<img alt="" src="data:image/png;base64,'
            + base64.b64encode(out.getvalue()).decode() + '">')


def goal_table(goals):
    rows = ["<table><tr><th>quantity<th>must<th>aim<th>measured<th>verdict</tr>"]
    for goal in goals:
        misses = "".join(f'<div class="small">{html.escape(m)}</div>' for m in goal.misses)
        cells = (goal.quantity, goal.must, goal.aim, goal.measured)
        rows.append("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in cells)
                    + f'<td><span class="{CLASS.get(goal.verdict, "small")}">{goal.verdict}</span>'
                    + misses + "</td></tr>")
    return "\n".join(rows + ["</table>"])


def figures(run):
    """The figures of one run as texts."""
    s = run.score
    return [run.name, f"{100 * s.rmse:.2f}", f"{100 * s.bias:+.2f}", f"{100 * s.largest:.2f}",
            f"{100 * s.cover:.1f}", f"{100 * s.mean_sigma:.2f}",
            f"{100 * s.worst_cell_rmse:.2f}" if len(s.soc) > 1 else "",
            f"{100 * g.rms(run.health.capacity):.2f}" if len(run.health.capacity) else "–",
            f"{100 * g.rms(run.health.resistance):.2f}" if len(run.health.resistance) else "–"]


HEADS = ["file", "RMSE", "bias", "largest", "cover", "sigma", "worst cell", "capacity off",
         "resistance off"]


def run_table(runs):
    rows = ["<table><tr>" + "".join(f"<th>{h}" for h in HEADS) + "</tr>"]
    for run in runs:
        if run.score:
            first, *rest = figures(run)
            rows.append(f"<tr><td>{first}</td>"
                        + "".join(f'<td class="n">{c}</td>' for c in rest) + "</tr>")
        else:
            rows.append(f'<tr><td>{run.name}</td><td colspan="8">{html.escape(run.problem)}</td>'
                        "</tr>")
    return "\n".join(rows + ["</table>"])


def thin(count, most=2500):
    return slice(None, None, max(1, count // most))


def curves(plt, run):
    """SOC with its band, error with three sigma, SOH: of the worst cell, others thin behind."""
    score, few = run.score, thin(len(run.score.seconds))
    cell = int(np.argmax(np.mean(score.error[:, score.judged] ** 2, axis=1)))
    hours = score.seconds[few] / 3600
    soc, sigma = 100 * score.soc[:, few], 100 * score.sigma[:, few]
    true, error = 100 * run.file.soc[:, few], 100 * score.error[:, few]
    figure, axes = plt.subplots(1, 3, figsize=(15, 3.8), layout="constrained",
                                width_ratios=(5, 5, 2))
    axes[0].fill_between(hours, soc[cell] - 3 * sigma[cell], soc[cell] + 3 * sigma[cell],
                         color="C0", alpha=0.25, lw=0, label="3 sigma")
    axes[0].plot(hours, true[cell], "k", lw=1.2, label="truth")
    axes[0].plot(hours, soc[cell], "C0", lw=0.9, label="estimate")
    axes[0].set(xlabel="h", ylabel="SOC, %", ylim=(-2, 102),
                title=f"cell {cell + 1}, the worst" if len(soc) > 1 else "")
    axes[0].legend(fontsize=8)
    axes[1].fill_between(hours, -3 * sigma[cell], 3 * sigma[cell], color="C0", alpha=0.25, lw=0)
    for other in range(len(error)):
        axes[1].plot(hours, error[other], "C3" if other == cell else "0.5",
                     lw=0.9 if other == cell else 0.4)
    span = min(25, max(3.0, 1.2 * np.abs(error[:, score.judged[few]]).max()))
    axes[1].axhline(0, color="k", lw=0.5)
    axes[1].set(xlabel="h", ylabel="estimate - truth, % SOC", ylim=(-span, span))
    health(axes[2], run)
    text = picture(figure)
    plt.close(figure)
    return text


def health(axis, run):
    """Error of capacity and resistance of each cell at the end of the file."""
    axis.set(title="SOH error, %", xticks=(0, 1), xticklabels=("capacity", "10 s R"),
             xlim=(-0.5, 1.5))
    axis.axhline(0, color="k", lw=0.5)
    for place, values in enumerate((run.health.capacity, run.health.resistance)):
        if len(values):
            axis.plot(np.full(len(values), place), 100 * values, "C0o", ms=4, alpha=0.6)
        else:
            axis.text(place, 0, "not\nsaid", ha="center", va="bottom", fontsize=9)


def write(path, goals, runs, lines):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    base = [run for run in runs if not run.variant]
    body = ["<h1>The estimator against the truth</h1>", "<ul>"]
    body += [f"<li>{html.escape(line)}</li>" for line in lines]
    body += ["</ul>", goal_table(goals), "<h2>Files</h2>", run_table(base),
             "<h2>Robustness</h2>", run_table([run for run in runs if run.variant])]
    for run in base:
        if run.score:
            words = run.file.side.get("profile", "")
            body += [f"<h2>{html.escape(run.name)}</h2>", f"<p>{html.escape(words)}</p>",
                     curves(plt, run)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('<!doctype html><meta charset="utf-8"><title>Pharos: the estimator</title>'
                    f"<style>{STYLE}</style>" + "\n".join(body) + "\n")
