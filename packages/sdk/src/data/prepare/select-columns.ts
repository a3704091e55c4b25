import { CorexError } from "../../errors.ts";

/** Where the columns of a recipe are in a table. */
export interface SelectedColumns {
  readonly names: readonly string[];
  readonly indices: readonly number[];
  /** Position of the class column; undefined without one. */
  readonly target: number | undefined;
}

/** @throws CorexError DATA_UNKNOWN_COLUMN, DATA_UNKNOWN_TARGET, DATA_EMPTY (no feature column is left). */
export function selectColumns(
  columns: readonly string[],
  recipe: { readonly columns: readonly string[] | null; readonly target: string | null },
): SelectedColumns {
  const find = (name: string, code: string): number => {
    const index = columns.indexOf(name);
    if (index >= 0) return index;
    throw new CorexError(code, `there is no column "${name}"; the columns are "${columns.join('", "')}"`, {
      retry: "after-change",
      details: { column: name, columns },
    });
  };
  const target = recipe.target === null ? undefined : find(recipe.target, "DATA_UNKNOWN_TARGET");
  const names = recipe.columns ?? columns.filter((_, index) => index !== target);
  if (names.length === 0) {
    throw new CorexError("DATA_EMPTY", `no feature column is left beside the target "${recipe.target}"`, {
      retry: "after-change",
      details: { target: recipe.target },
    });
  }
  return { names, indices: names.map((name) => find(name, "DATA_UNKNOWN_COLUMN")), target };
}
