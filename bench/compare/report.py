"""The report: what was wanted and what came out, every figure, and under which circumstances."""
import json
import os
import time
from statistics import median

import cases
import plot
from postgres import TUNED
from wanted import BYTES_PER_ACCOUNT, CHURN_LAG, DRAIN_SECONDS, STORM_SECONDS, WANTED

STORES = {"sqlite": "its embedded one", "postgresql": "PostgreSQL on the same machine"}


def write_report(options, results, machine):
    os.makedirs(options.output, exist_ok=True)
    with open(beside(options, "raw.json"), "w", encoding="utf-8") as file:
        json.dump({"machine": machine, "settings": settings_of(options), "results": results}, file, indent=1)
    groups = grouped(results)
    title = "" if options.store == "sqlite" else ", with " + STORES[options.store]
    parts = [f"# Benchmarks of {time.strftime('%Y-%m-%d')}{title}\n", circumstances(options, machine),
             targets(WANTED[options.store], results, groups)]
    for case in cases.CASES:
        if any(key[0] == case.key for key in groups):
            parts.append(section(options, case, groups))
    parts.append(warnings(results))
    path = beside(options, "report.md")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(part for part in parts if part))
    return path


def beside(options, name):
    """A file of the report; those of the stores lie side by side."""
    stem, kind = os.path.splitext(name)
    return os.path.join(options.output, name if options.store == "sqlite" else f"{stem}-{options.store}{kind}")


def settings_of(options):
    return {name: getattr(options, name) for name in (
        "store", "seconds", "peer_seconds", "half_seconds", "halves", "rounds", "subscribers", "most_subscribers", "window", "pin", "million", "only")}


def grouped(results):
    """(case, server, at half load) -> its runs."""
    out = {}
    for found in results:
        if found["case"] != "memory":
            out.setdefault((found["case"], found["who"], found["rate"] > 0), []).append(found)
    return out


def rate(runs):
    return median(run["operations_per_s"] for run in runs)


def latency(runs, name):
    return median(run["operation_latency_us"][name] for run in runs)


def of_server(runs, name):
    return median((run["server"] or {}).get(name, 0) for run in runs)


def circumstances(options, machine):
    lines = [f"{name}: {value}" for name, value in machine.items()]
    lines.append(f"Uzel's store: {STORES[options.store]}; settings: the defaults, but offers last 600 s and not 60")
    lines.append("each PostgreSQL: " + ("initdb's settings" if options.store == "sqlite" else
                                        ", ".join(f"{name} {value}" for name, value in TUNED.items())))
    where = "servers on core 0, the generator on core 1" if options.pin else "servers and generator share all cores"
    return ("- " + "\n- ".join(lines) + f"\n- {counted(options.rounds, 'round')}; Uzel's peaks {options.seconds:g} s each, peers {options.peer_seconds:g} s, at half of the peak "
            f"{options.halves} x {options.half_seconds:g} s; servers one after the other in every "
            f"round, everything on the loopback interface; {where}\n\nHow to read the figures stands in "
            "[bench/README.md](../../../bench/README.md); every answer was verified unless a run is named at the end. Medians; "
            "lowest and highest round in brackets.\n")


def counted(count, thing):
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def targets(wanted, results, groups):
    lines = ["## Against the targets\n", row("what", "wanted", "measured", "met"), row("---", "---", "---", "---")]
    for case in cases.CASES:
        for peer, times in wanted.times.get(case.key, {}).items():
            lines += ratio(case, groups, peer, times, f"{times:g}x", "**no**")
        for peer, times in wanted.aims.get(case.key, {}).items():
            lines += ratio(case, groups, peer, times, f"aim {times:g}x", "not yet")
        half = groups.get((case.key, "uzel", True))
        if half and case.key in wanted.half:
            each = [run["operation_latency_us"]["p99"] / 1000 for run in half]
            lines.append(row(f"{case.title}, p99 at half of the peak", f"{wanted.p99_at_half / 1000:g} ms",
                             f"{median(each):.2f} ms ({min(each):.2f} to {max(each):.2f})", yes(median(each) < wanted.p99_at_half / 1000)))
    churn = groups.get(("churn", "uzel", True))
    if churn:
        worst = max(run["longest_lag_s"] for run in churn)
        lines.append(row(f"{rate(churn):,.0f} sessions a second for {churn[0]['seconds']:,.0f} s, {wanted.churn_times} times those of "
                         "FreeRADIUS: the database is behind by",
                         f"at most {CHURN_LAG:g} s", f"{worst:.1f} s", yes(worst <= CHURN_LAG)))
    peaks = [run for run in results if "drained_s" in run and not run["rate"]]
    if peaks:
        worst = max(run["drained_s"] for run in peaks)
        lines.append(row("after a peak the database has everything", f"in {DRAIN_SECONDS} s", f"{worst:.1f} s",
                         yes(worst <= DRAIN_SECONDS)))
    storm = groups.get(("storm", "uzel", False))
    if storm:
        worst = max(run["last_done_s"] for run in storm)
        everybody = all(run["done"] == run["subscribers"] for run in storm)
        lines.append(row("50,000 reconnect at once", f"all online in {STORM_SECONDS} s",
                         f"{worst:.1f} s" if everybody else "not all", yes(everybody and worst <= STORM_SECONDS)))
    for found in results:
        if found["case"] == "memory":
            lines.append(row(f"memory per account, {found['accounts']:,} accounts", f"{BYTES_PER_ACCOUNT:,} bytes",
                             f"{found['bytes_per_account']:,.0f} bytes", yes(found["bytes_per_account"] < BYTES_PER_ACCOUNT)))
    return "\n".join(lines) + "\n" if len(lines) > 3 else ""


def ratio(case, groups, peer, times, wish, unless_met):
    """A row about Uzel and one peer, when both were measured."""
    uzel, runs = (groups.get(key) for key in ((case.key, "uzel", False), (peer if peer == "echo" else case.key, peer, False)))
    if not uzel or not runs or rate(runs) == 0:
        return []
    found = rate(uzel) / rate(runs)
    each = [a["operations_per_s"] / b["operations_per_s"] for a, b in zip(uzel, runs) if b["operations_per_s"] > 0]
    return [row(f"{case.title}, against {runs[0]['name']}", wish, f"{found:.2f}x ({min(each):.2f} to {max(each):.2f})",
                "yes" if found >= times else unless_met)]


def yes(met):
    return "yes" if met else "**no**"


def section(options, case, groups):
    lines = [f"## {case.title}\n", row("server", "operations/s", "p50 us", "p99 us", "p99.9 us", "server CPU us", "MiB", "syncs",
                                       "records each", "journal MB", "lag s", "generator", "seconds"), row(*["---"] * 13)]
    bars = []
    for (key, server, half), runs in groups.items():
        if key != case.key:
            continue
        rates = [run["operations_per_s"] for run in runs]
        name = runs[0]["name"] + ("" if not half else ", held rate" if case.key == "churn" else ", half of its peak")
        lines.append(row(name, f"{rate(runs):,.0f} ({min(rates):,.0f} to {max(rates):,.0f})", f"{latency(runs, 'p50'):,.0f}",
                         f"{latency(runs, 'p99'):,.0f}", f"{latency(runs, 'p99.9'):,.0f}",
                         f"{of_server(runs, 'cpu_us_per_operation'):,.1f}", f"{of_server(runs, 'resident_bytes') / (1 << 20):,.0f}", *journal_cells(runs),
                         f"{median(run['generator']['core_share'] for run in runs):.2f} cores", f"{median(run['seconds'] for run in runs):.0f}"))
        bars.append({"key": server, "name": name, "rate": rate(runs), "low": min(rates), "high": max(rates),
                     "p50": latency(runs, "p50"), "p99": latency(runs, "p99")})
    picture = beside(options, case.key + ".svg")
    with open(picture, "w", encoding="utf-8") as file:
        file.write(plot.chart(case.title, bars))
    return "\n".join(lines) + f"\n\n![{case.title}]({os.path.basename(picture)})\n"


def journal_cells(runs):
    """Syncs of Uzel's journal, records that shared one, bytes written, and how far the database was behind at most."""
    syncs, records = of_server(runs, "journal_syncs"), of_server(runs, "journal_records")
    lag = max(run.get("longest_lag_s", 0.0) for run in runs)
    if not syncs:
        return ("",) * 4
    return (f"{syncs:,.0f}", f"{records / syncs:.1f}", f"{of_server(runs, 'journal_bytes') / 1e6:,.0f}", f"{lag:.1f}")


def warnings(results):
    lines = []
    for found in results:
        if found["case"] == "memory":
            continue
        where = f"round {found['round']}, {found['case']}, {found['name']}: "
        if not found["verified"]:
            lines.append(where + f"answers were wrong: {json.dumps(found['faults'])}, addresses {json.dumps(found['addresses'])}")
        if found["failed"] or found["not_begun"]:
            lines.append(where + f"{found['failed']} operations failed, {found['not_begun']} were due and not begun")
        if found["foreign_cores"] > 0.3:
            lines.append(where + f"something else used {found['foreign_cores']:.1f} cores (preparations included)")
        if found["generator"]["core_share"] > 0.9:
            lines.append(where + "the generator was the limit")
    return "## What to keep in mind\n\n- " + "\n- ".join(lines) + "\n" if lines else ""
