"""Bar charts as SVG: one picture per case, rates on the left, latencies on the right. No library: a dozen rectangles need none."""
from html import escape

WIDTH, ROW, LEFT, BAR = 860, 34, 210, 220
COLOURS = {"uzel": "#2563eb", "echo": "#9ca3af"}
OTHER = "#d97706"


def text(x, y, words, anchor="start", size=13, colour="#111827"):
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def bar(x, y, length, colour):
    return f'<rect x="{x:.0f}" y="{y:.0f}" width="{max(length, 1):.0f}" height="18" rx="2" fill="{colour}"/>'


def whisker(x, y, low, high):
    line = 'stroke="#111827" stroke-width="1.5"'
    return (f'<line x1="{x + low:.0f}" y1="{y + 9}" x2="{x + high:.0f}" y2="{y + 9}" {line}/>'
            + "".join(f'<line x1="{x + at:.0f}" y1="{y + 4}" x2="{x + at:.0f}" y2="{y + 14}" {line}/>' for at in (low, high)))


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def chart(title, rows):
    """rows: dicts with key, name, rate, low, high (operations per second), p50 and p99 (microseconds)."""
    height = 60 + ROW * len(rows) + 12
    most = max(row["high"] for row in rows) or 1
    slowest = max(row["p99"] for row in rows) or 1
    right = LEFT + BAR + 110
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif">',
           '<rect width="100%" height="100%" fill="white"/>', text(12, 24, title, size=15),
           text(LEFT, 46, "operations per second (min, median, max)", colour="#6b7280", size=12),
           text(right, 46, "latency: median, and p99 in light", colour="#6b7280", size=12)]
    for i, row in enumerate(rows):
        y = 58 + ROW * i
        colour = COLOURS.get(row["key"], OTHER)
        scale = BAR / most
        out += [text(LEFT - 10, y + 14, row["name"], "end"), bar(LEFT, y, row["rate"] * scale, colour)]
        if row["high"] > row["low"]:
            out.append(whisker(LEFT, y, row["low"] * scale, row["high"] * scale))
        out.append(text(LEFT + row["high"] * scale + 6, y + 14, number(row["rate"])))
        scale = (WIDTH - right - 130) / slowest
        out += [f'<g opacity="0.35">{bar(right, y, row["p99"] * scale, colour)}</g>', bar(right, y, row["p50"] * scale, colour),
                text(right + row["p99"] * scale + 6, y + 14, f"{number(row['p50'])} / {number(row['p99'])} us", size=12)]
    return "\n".join([*out, "</svg>"]) + "\n"
