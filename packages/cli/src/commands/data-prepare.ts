import { prepareDataset } from "@corex/sdk/data/prepare/prepare-dataset";
import { openStore } from "@corex/sdk/store/open-store";

import { print } from "../print.ts";
import { readRecipe } from "../read-recipe.ts";
import { withProgress } from "../with-progress.ts";

export interface DataPrepareFlags {
  readonly recipe: string;
  readonly input: string;
  readonly store: string;
  readonly quiet?: boolean;
}

/** Prepares a dataset and prints the id of its manifest. @throws CorexError CONFIG_*, DATA_*, STORE_*. */
export async function dataPrepare({ recipe: file, input, store: location, quiet }: DataPrepareFlags): Promise<void> {
  const recipe = await readRecipe(file);
  const store = openStore(location);
  const { manifestId, manifest } = await withProgress({ quiet }, (options) =>
    prepareDataset(input, recipe, store, options),
  );
  const { counts, schema, shards, shardRoot } = manifest;
  print({ event: "prepared", manifest: manifestId, ...counts, width: schema.width, shards: shards.length, shardRoot });
}
