// Child process of the concurrency test: stores the same blobs as its siblings and prints their ids.
// Arguments: folder of the store, number of blobs.
import { DirectoryStore } from "../../../../packages/sdk/src/store/directory-store.ts";
import { blob } from "./blob.ts";

const [root = "", count = "0"] = process.argv.slice(2);
const store = new DirectoryStore(root);
const ids = await Promise.all(Array.from({ length: Number(count) }, (_, index) => store.put(blob(index))));
process.stdout.write(JSON.stringify(ids));
