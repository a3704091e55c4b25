import { CorexError } from "../../errors.ts";
import type { InputFile } from "./input-files.ts";

/** The class of a file: the first folder of its path. @throws CorexError DATA_MISSING_CLASS when it is in none. */
export function folderOf({ path, location }: InputFile): string {
  const end = path.indexOf("/");
  if (end > 0) return path.slice(0, end);
  throw new CorexError("DATA_MISSING_CLASS", `${location} is in no sub-folder, which would name its class`, {
    retry: "after-change",
    details: { path: location },
  });
}
