/** Densities are per this many bytes, so that a short last slice compares with a full one. */
const REFERENCE_BYTES = 1024;

interface CharacterFeature {
  readonly name: string;
  readonly pattern: RegExp;
}

/** The 15 patterns, in feature order. How they were chosen: docs/data.md. */
const CHARACTER_FEATURES: readonly CharacterFeature[] = [
  { name: "four spaces", pattern: / {4}/g },
  { name: "semicolon at line end", pattern: /;\n/g },
  { name: "blank line", pattern: /\n\n/g },
  { name: "[", pattern: /\[/g },
  { name: "digit", pattern: /[0-9]/g },
  { name: "#", pattern: /#/g },
  { name: "'", pattern: /'/g },
  { name: "space star", pattern: / \*/g },
  { name: "three backticks", pattern: /```/g },
  { name: "}", pattern: /\}/g },
  { name: "<", pattern: /</g },
  { name: "letter space letter", pattern: /[a-z] [a-z]/g },
  { name: "|", pattern: /\|/g },
  { name: "star at line start", pattern: /\n\*/g },
  { name: "line end", pattern: /\n/g },
];

/** Names of the features of {@link characterFeatures}, in order. */
export const CHARACTER_FEATURE_NAMES: readonly string[] = CHARACTER_FEATURES.map(({ name }) => name);

/**
 * Describes a slice of text by 15 character statistics.
 *
 * feature = sqrt(count * 1024 / bytes of the slice), where count is the number of non-overlapping matches from the
 * left. The root evens out the spread of counts. Only correctly rounded operations: equal slices give equal doubles.
 *
 * @param slice at least one character.
 */
export function characterFeatures(slice: string): number[] {
  const bytes = Buffer.byteLength(slice, "utf8");
  return CHARACTER_FEATURES.map(({ pattern }) => {
    const count = slice.match(pattern)?.length ?? 0;
    return Math.sqrt((count * REFERENCE_BYTES) / bytes);
  });
}
