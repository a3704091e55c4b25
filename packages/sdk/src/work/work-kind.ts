/** Kinds of work that no circuit proves, as the market numbers them. */
export const WORK_KIND = { inference: 0, labelling: 1, features: 2, preprocessing: 3, training: 4 } as const;

/** Name of a kind, as documents spell it. */
export type WorkName = keyof typeof WORK_KIND;

/** Names in the order of their numbers. */
export const WORK_NAMES: readonly WorkName[] = ["inference", "labelling", "features", "preprocessing", "training"];
