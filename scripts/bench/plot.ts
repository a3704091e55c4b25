/** A line of a plot. Points ascend in x. */
export interface Line {
  readonly name: string;
  /** Colours on light and on dark ground. */
  readonly light: string;
  readonly dark: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly Line[];
  /** Distance of the marks of the y axis, which starts at zero. */
  readonly yStep: number;
}

const [WIDTH, HEIGHT] = [890, 470];
const FRAME = { left: 92, right: 266, top: 58, bottom: 68 } as const;
/** Least distance of two names at the ends of lines. */
const NAME_HEIGHT = 20;

/** Draws lines over a logarithmic x axis, as a standalone SVG that follows the reader's choice of light or dark. */
export function drawPlot({ title, xLabel, yLabel, lines, yStep }: Plot): string {
  const xs = lines.flatMap(({ points }) => points.map(([x]) => x));
  const highest = Math.max(...lines.flatMap(({ points }) => points.map(([, y]) => y)));
  const [from, to] = [Math.floor(Math.log10(Math.min(...xs))), Math.ceil(Math.log10(Math.max(...xs)))];
  const top = Math.ceil(highest / yStep) * yStep;
  const [right, bottom] = [WIDTH - FRAME.right, HEIGHT - FRAME.bottom];
  const atX = (x: number): number => round(FRAME.left + ((Math.log10(x) - from) / (to - from)) * (right - FRAME.left));
  const atY = (y: number): number => round(bottom - (y / top) * (bottom - FRAME.top));

  const xMarks = Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index)).flatMap((x) => [
    `<line class="grid" x1="${atX(x)}" y1="${FRAME.top}" x2="${atX(x)}" y2="${bottom}"/>`,
    `<text x="${atX(x)}" y="${bottom + 20}" text-anchor="middle">${x.toLocaleString("en-US")}</text>`,
  ]);
  const yMarks = Array.from({ length: top / yStep + 1 }, (_, index) => index * yStep).flatMap((y) => [
    `<line class="${y === 0 ? "axis" : "grid"}" x1="${FRAME.left}" y1="${atY(y)}" x2="${right}" y2="${atY(y)}"/>`,
    `<text x="${FRAME.left - 10}" y="${atY(y) + 4}" text-anchor="end">${y.toLocaleString("en-US")}</text>`,
  ]);
  const names = spread(lines.map(({ points }) => atY(points.at(-1)?.[1] ?? 0)));
  const drawn = lines.flatMap(({ name, points }, index) => [
    `<polyline class="line c${index}" points="${points.map(([x, y]) => `${atX(x)},${atY(y)}`).join(" ")}"/>`,
    ...points.map(([x, y]) => `<circle class="dot c${index}" cx="${atX(x)}" cy="${atY(y)}" r="4"/>`),
    `<text class="name c${index}" x="${right + 12}" y="${(names[index] ?? 0) + 4}">${name}</text>`,
  ]);
  const middle = (FRAME.top + bottom) / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.name { font-weight: 600 }
.ground { fill: #ffffff }
.grid { stroke: #d1d9e0 }
.axis { stroke: #1f2328 }
.line { fill: none; stroke-width: 2.5 }
${colours(lines.map(({ light }) => light))}
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc }
.ground { fill: #0d1117 }
.grid { stroke: #3d444d }
.axis { stroke: #f0f6fc }
${colours(lines.map(({ dark }) => dark))}
}
</style>
<rect class="ground" width="${WIDTH}" height="${HEIGHT}"/>
<text class="title" x="${FRAME.left}" y="32">${title}</text>
${[...xMarks, ...yMarks].join("\n")}
<text x="${(FRAME.left + right) / 2}" y="${HEIGHT - 18}" text-anchor="middle">${xLabel}</text>
<text x="20" y="${middle}" text-anchor="middle" transform="rotate(-90 20 ${middle})">${yLabel}</text>
${drawn.join("\n")}
</svg>
`;
}

function colours(values: readonly string[]): string {
  return values
    .map((colour, index) => `.line.c${index} { stroke: ${colour} } .dot.c${index}, .name.c${index} { fill: ${colour} }`)
    .join("\n");
}

/** Moves heights down, each as little as needed to keep a name's distance from the one above. */
function spread(heights: readonly number[]): number[] {
  const placed = [...heights];
  let last = -Infinity;
  for (const [index] of [...heights.entries()].sort(([, one], [, other]) => one - other)) {
    last = Math.max(placed[index] ?? 0, last + NAME_HEIGHT);
    placed[index] = last;
  }
  return placed;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
