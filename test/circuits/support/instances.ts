import { ANALYSIS_INSTANCES } from "./analysis-instances.ts";
import { GADGET_INSTANCES } from "./gadget-instances.ts";
import type { Instance } from "./instance.ts";
import { LINEAR_INSTANCES, LINEAR_K_INSTANCES } from "./linear-instances.ts";
import { APPLY_INSTANCES, MLP_INSTANCES } from "./mlp-instances.ts";

/** A small instance of every circuit. */
export const CIRCUIT_INSTANCES: Readonly<Record<string, Instance>> = {
  ...LINEAR_INSTANCES,
  ...ANALYSIS_INSTANCES,
  ...LINEAR_K_INSTANCES,
  ...MLP_INSTANCES,
  ...APPLY_INSTANCES,
};

/** Small instances of gadgets and circuits, the smallest first. */
export const ALL_INSTANCES: Readonly<Record<string, Instance>> = { ...GADGET_INSTANCES, ...CIRCUIT_INSTANCES };
