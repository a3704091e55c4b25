import { openCsv } from "./csv-source.ts";
import { openImages } from "./image-source.ts";
import { requireSingleFile, type InputFile } from "./input-files.ts";
import { openParquet } from "./parquet-source.ts";
import type { Recipe } from "./recipe.ts";
import type { RowSource } from "./row-source.ts";
import { openText } from "./text-source.ts";
import { openVectors } from "./vector-source.ts";

/** Opens raw files as the rows that a recipe asks for. @param input named in errors. Errors: those of the kinds of data. */
export async function openSource(files: readonly InputFile[], input: string, recipe: Recipe): Promise<RowSource> {
  switch (recipe.data) {
    case "table": {
      const file = requireSingleFile(files, input);
      return recipe.format === "csv" ? openCsv(file, recipe) : openParquet(file, recipe);
    }
    case "vectors":
      return openVectors(requireSingleFile(files, input), recipe);
    case "text":
      return openText(files, recipe);
    case "images":
      return openImages(files, recipe);
  }
}
