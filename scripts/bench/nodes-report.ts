import { number, table } from "./markdown.ts";
import { drawPlot } from "./plot.ts";
import type { GasReport } from "./snapshot.ts";
import { levelsOf } from "./tree-words.ts";

const ALL_NODES = / (\d[\d,]*) nodes$/;

/** What is measured at every number of nodes, by the beginning of the operation's name. */
const MEASURED = [
  { name: "draw + assign", operation: "assign: later step", light: "#0969da", dark: "#58a6ff" },
  { name: "draw + assign, bonded", operation: "assign: later step, bonded", light: "#8250df", dark: "#bc8cff" },
  {
    name: "weight update, first in period",
    operation: "weight update: poke, first in a period",
    light: "#cf222e",
    dark: "#ff7b72",
  },
  { name: "weight update, typical", operation: "weight update: poke, typical", light: "#1a7f37", dark: "#3fb950" },
] as const;

/** Numbers of nodes that weight updates were measured at, ascending. */
function sizesOf(gas: GasReport): number[] {
  const sizes = Object.keys(gas)
    .filter((operation) => operation.startsWith(MEASURED[0].operation))
    .map((operation) => Number(ALL_NODES.exec(operation)?.[1]?.replaceAll(",", "") ?? 0));
  return [...new Set(sizes)].sort((one, other) => one - other);
}

function at(gas: GasReport, operation: string, size: number): number {
  const found = gas[`${operation}, ${number(size)} nodes`];
  if (found === undefined) throw new Error(`${operation} was not measured among ${size} nodes`);
  return found;
}

/** What a level more costs, between the least and the most nodes. */
function perLevel(gas: GasReport, operation: string, sizes: readonly number[]): number {
  const [least = 0, most = 0] = [sizes[0], sizes.at(-1)];
  return Math.round((at(gas, operation, most) - at(gas, operation, least)) / (levelsOf(most) - levelsOf(least)));
}

/** The section on the number of nodes. */
export function nodesSection(gas: GasReport): string {
  const sizes = sizesOf(gas).filter((size) => size >= 10);
  const rows = sizes.map((size) => [
    number(size),
    String(levelsOf(size)),
    ...MEASURED.map(({ operation }) => number(at(gas, operation, size))),
  ]);
  const slopes = MEASURED.map(({ operation }) => `**${number(perLevel(gas, operation, sizes))}**`);
  rows.push(["**each level more**", "", ...slopes]);
  return `### Cost against the number of nodes

A draw walks down a tree of packed words and a change of weight walks up, a word a level: nothing else depends on the number of
nodes. A word holds 9 weights at the bottom, 7 sums on each of the two levels above, 5 above these. The largest id n decides:

levels(n) = 1 up to 9, 2 up to 63, 3 up to 441, and 3 + ceil(log5(n / 441)) beyond: ${sizes.map((size) => `${levelsOf(size)} at ${number(size)}`).join(", ")}.

![Gas against the number of nodes](gas-against-nodes.svg)

${table(["nodes", "levels", ...MEASURED.map(({ name }) => name)], rows, "r".repeat(2 + MEASURED.length))}

Whole transactions. "First in period": every word on the way is written for the first time in the period, so its earlier version
is kept: two slots a level, and the worst there is but for words that never had an earlier version (17,100 more each, once for ever).
"Typical": a neighbour among 63 changed in the same period, so only the lowest word is. A draw costs a slot more on each level that was
written in its period. The first ten nodes are registered, measured and staked by transactions, with every second one staked.
The others are written into the storage of the real scheduler, word by word as the contract packs them, and the one node that a
draw hits gets what a registered node has; the contract's own sums are compared with them, and its choice with one made outside.`;
}

/** The plot of that section. */
export function nodesPlot(gas: GasReport): string {
  const sizes = sizesOf(gas).filter((size) => size >= 10);
  return drawPlot({
    title: "Gas against the number of nodes",
    xLabel: "nodes (logarithmic)",
    yLabel: "gas of the whole transaction",
    yStep: 25_000,
    lines: MEASURED.map(({ name, operation, light, dark }) => ({
      name,
      light,
      dark,
      points: sizes.map((size) => [size, at(gas, operation, size)] as const),
    })),
  });
}
