import type { ContentStore } from "@corex/sdk/store/content-store";
import { DirectoryStore } from "@corex/sdk/store/directory-store";
import { openStore } from "@corex/sdk/store/open-store";

/** Opens the content store of the configuration: a folder by its path, or a location as `openStore` takes it. */
export function openContent(location: string): ContentStore {
  return /^(dir|https?):/i.test(location) ? openStore(location).content : new DirectoryStore(location);
}
