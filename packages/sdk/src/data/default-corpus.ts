import { CORPUS_EXCLUSIONS } from "./corpus-exclusions.ts";
import type { TextCorpusOptions } from "./text-corpus.ts";

/**
 * The default input: tell the source languages of the installed dependencies apart.
 *
 * @param nodeModules the `node_modules` folder of the workspace root.
 */
export function defaultCorpus(nodeModules: string): TextCorpusOptions {
  return {
    roots: [nodeModules],
    classes: [
      { name: "solidity", extensions: [".sol"] },
      { name: "script", extensions: [".ts", ".js", ".mjs", ".cjs"], excluded: [".min.js"] },
      { name: "circom", extensions: [".circom"] },
      { name: "markdown", extensions: [".md"] },
    ],
    // The package `node` is filled by its install script, with files that differ between platforms.
    excludedFolders: ["node", ...CORPUS_EXCLUSIONS],
    sliceBytes: 1024,
    minSliceBytes: 256,
    minBytes: 256,
    maxBytes: 200_000,
    trainPerClass: 120,
    heldOutPerClass: 60,
    maxSlicesPerFile: 4,
    heldOutFraction: 0.25,
    seed: "corex",
  };
}
