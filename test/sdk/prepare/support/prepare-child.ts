// Child process of the memory test: prepares a table with standardisation and prints its peak memory in bytes.
// Arguments: format, input, folder of the store.
import { prepareDataset } from "@corex/sdk/data/prepare/prepare-dataset";
import { openStore } from "@corex/sdk/store/open-store";

import { recipe } from "./inputs.ts";

const [format = "", input = "", folder = ""] = process.argv.slice(2);
const table = recipe({ data: "table", format, target: "class", standardise: true });
const { manifest } = await prepareDataset(input, table, openStore(`dir:${folder}`));
process.stdout.write(JSON.stringify({ peak: process.resourceUsage().maxRSS * 1024, rows: manifest.counts.rows }));
