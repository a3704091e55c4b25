import { readFile, stat } from "node:fs/promises";

import { LIMITS } from "@corex/sdk/data/prepare/limits";
import { parseRecipe } from "@corex/sdk/data/prepare/parse-recipe";
import type { Recipe } from "@corex/sdk/data/prepare/recipe";
import { CorexError } from "@corex/sdk/errors";

/** Reads a recipe from a file. @throws CorexError CONFIG_UNREADABLE, DATA_RECIPE_INVALID. */
export async function readRecipe(file: string): Promise<Recipe> {
  return parseRecipe(parse(file, await read(file)));
}

async function read(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > LIMITS.manifestBytes) throw new Error(`it has ${size} bytes, at most ${LIMITS.manifestBytes} are read`);
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new CorexError("CONFIG_UNREADABLE", `cannot read ${file}: ${messageOf(cause)}`, {
      retry: "after-change",
      cause,
    });
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CorexError("DATA_RECIPE_INVALID", `${file} is not JSON: ${messageOf(cause)}`, {
      retry: "after-change",
      cause,
    });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
