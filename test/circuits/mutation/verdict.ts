import type { Instance } from "../support/instance.ts";
import { ALL_INSTANCES } from "../support/instances.ts";
import { give, type Original, originalOf } from "./judge.ts";
import type { Mutant } from "./mutants.ts";
import { compileVariant, readSources } from "./variant.ts";

/** What became of a mutant. */
export type Verdict =
  | { readonly kind: "killed"; readonly by: string; readonly how: string }
  /** The compiler rejects it wherever the original compiles: no circuit, nothing to judge. */
  | { readonly kind: "rejected" }
  /** Its constraints are those of the original in every instance. */
  | { readonly kind: "same" }
  | { readonly kind: "survived" };

/** The permutation itself is judged as it is, all other files over a shorter one. */
const UNSTUBBED = "poseidon16";

/** Names of the instances that include a source, its own first. */
export function instancesOf(file: string): string[] {
  const sources = readSources();
  const reached = Object.entries(ALL_INSTANCES).filter(([, { file: top }]) => closureOf(top, sources).has(file));
  const isOwn = ([, { file: top }]: (typeof reached)[number]): boolean => top === file;
  const ordered = [...reached.filter(isOwn), ...reached.filter((entry) => !isOwn(entry))].map(([name]) => name);
  // Nothing is gained from larger circuits around the same permutation.
  return file === UNSTUBBED ? ordered.filter((name) => name === "PoseidonChain") : ordered;
}

/** A source and what it includes, by names without extension. */
export function closureOf(file: string, sources: ReadonlyMap<string, string>): Set<string> {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const text = sources.get(`${name}.circom`) ?? "";
    for (const [, path] of text.matchAll(/^\s*include\s+"([\w]+)\.circom"/gm)) if (path !== undefined) visit(path);
  };
  visit(file);
  return seen;
}

const originals = new Map<string, Original>();

/** Judges a mutant by every instance that includes its file, until one kills it. */
export async function judge(mutant: Mutant): Promise<Verdict> {
  const sources = readSources().set(`${mutant.file}.circom`, mutant.source);
  const stub = mutant.file !== UNSTUBBED;
  let [compiled, rejectedBy, differs] = [0, "", false];
  for (const name of instancesOf(mutant.file)) {
    const original = await originalFor(name, stub);
    const variant = await compileVariant(original.instance, sources, stub);
    if (variant === undefined) {
      rejectedBy = name;
      continue;
    }
    compiled++;
    const accepted = await acceptedInstance(original.instance, sources, stub);
    if (accepted !== undefined) return { kind: "killed", by: name, how: accepted };
    if (variant.hash === original.variant.hash) continue;
    differs = true;
    const how = give(original, variant);
    if (how !== undefined) return { kind: "killed", by: name, how };
  }
  if (compiled === 0) return { kind: "rejected" };
  if (rejectedBy !== "") return { kind: "killed", by: rejectedBy, how: "does not compile there" };
  return { kind: differs ? "survived" : "same" };
}

/** An instance beyond the bounds that compiles. */
async function acceptedInstance(
  instance: Instance,
  sources: ReadonlyMap<string, string>,
  stub: boolean,
): Promise<string | undefined> {
  for (const main of instance.refused ?? []) {
    if ((await compileVariant({ ...instance, main }, sources, stub)) !== undefined) return `${main} compiles`;
  }
  return undefined;
}

async function originalFor(name: string, stub: boolean): Promise<Original> {
  const key = `${name} ${stub}`;
  const known = originals.get(key);
  if (known !== undefined) return known;
  const instance = ALL_INSTANCES[name];
  if (instance === undefined) throw new Error(`there is no instance ${name}`);
  const variant = await compileVariant(instance, readSources(), stub);
  if (variant === undefined) throw new Error(`${name} does not compile`);
  const accepted = await acceptedInstance(instance, readSources(), stub);
  if (accepted !== undefined) throw new Error(`${name}: ${accepted}`);
  const original = originalOf(name, instance, variant);
  originals.set(key, original);
  return original;
}
