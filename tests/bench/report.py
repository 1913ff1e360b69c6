"""The short table of a result."""

from statistics import median


def table(result):
    r = result
    lines = [
        f"# Load tests of {r['date']}, commit {r['commit']}",
        "",
        f"{r['cores']} cores shared by load generator, service, Redis and PostgreSQL; profile "
        f"`{r['profile']}`; {r['volunteers']} volunteers; runs of {r['seconds']} s; medians of "
        "interleaved pairs. pgbench runs the statements the service sends "
        f"({', '.join(f'{name} {count}' for name, count in r['statements'].items())}, with BEGIN "
        "and COMMIT). Load is the machine's one-minute average after each run: what exceeds the "
        "test's own two or three is foreign.",
        "",
        "| load | clients | service /s | pgbench /s | ratio (each pair) | p50 ms | p99 ms | "
        "CPU µs service + database | pgbench database | load |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for scenario, by_clients in r["loads"].items():
        for clients, pairs in by_clients.items():
            lines.append(row(scenario, clients, pairs))
    lines += ["", "| read, 64 clients | /s | p99 ms | CPU µs service + database |", "|---|---|---|---|"]
    for name, runs in r["reads"].items():
        of = lambda key: median(run[key] for run in runs)
        label = {"plain": "`/healthz`", "home": "`/v1/me`"}[name]
        lines.append(f"| {label} | {of('per_second'):.0f} | {of('p99_ms'):.1f} | "
                     f"{of('service_us'):.0f} + {of('database_us'):.0f} |")
    s = r["starts"]
    lines += [
        "",
        "| | found | wanted |",
        "|---|---|---|",
        f"| memory idle, MB | {r['idle_mb']:.0f} | 60 |",
        f"| most memory under load, MB | {r['most_mb']:.0f} | 150 |",
        f"| start on an existing PostgreSQL database, ms | {s['postgres_existing_ms']:.0f} | 500 |",
        f"| start on an existing embedded database, ms | {s['embedded_existing_ms']:.0f} | 500 |",
        f"| first embedded start ({s['embedded_seeded_volunteers']} volunteers seeded), ms | "
        f"{s['embedded_first_ms']:.0f} | 3000 |",
    ]
    return "\n".join(lines) + "\n"


def row(scenario, clients, pairs):
    of = lambda side, key: median(pair[side][key] for pair in pairs)
    each = ", ".join(f"{pair['ratio']:.2f}" for pair in pairs)
    ratio = median(pair["ratio"] for pair in pairs)
    load = max(pair[side]["load"] for pair in pairs for side in ("service", "pgbench"))
    return (
        f"| {scenario} | {clients} | {of('service', 'per_second'):.0f} | "
        f"{of('pgbench', 'per_second'):.0f} | **{ratio:.2f}** ({each}) | "
        f"{of('service', 'p50_ms'):.1f} | {of('service', 'p99_ms'):.1f} | "
        f"{of('service', 'service_us'):.0f} + {of('service', 'database_us'):.0f} | "
        f"{of('pgbench', 'database_us'):.0f} | {load:.1f} |"
    )
