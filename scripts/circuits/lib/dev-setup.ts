import { DEVELOPMENT_WARNING } from "../../../packages/sdk/src/circuits/development-key.ts";
import { sha256 } from "./sha256.ts";

/** What transcript and verification key of every development key say first. */
export const WARNING = `${DEVELOPMENT_WARNING}: the secrets of this key are public, anyone can forge proofs. Never protect value with it.`;

/**
 * The development setup. Each secret is derived from a text below, so anybody can rebuild the keys byte for byte, and
 * anybody can forge proofs with them. Production takes none of this: see docs/adr/0001-development-keys.md.
 */
export const PHASE1 = {
  /** 2^14 = 16,384 rows at most. */
  power: 14,
  beaconText: "Corex DEV-ONLY phase 1",
  /** The beacon is hashed 2^10 times. */
  iterationsExponent: 10,
  name: "DEV-ONLY phase 1",
  /** Hashes of the three files, in the order they are made. */
  sha256: {
    initial: "6dcf0303754e8c8a2b8fbd40f808d0308db1f52c29447caa16e08488f0b8d84e",
    contributed: "f7c7d1efa40233f27ab54645985efe8e0dd2a4abf882792edf5cb8dfce6a4568",
    prepared: "fb53bce1350dacd63005d35d814d14f38cd147ad54c110516474218e94f2e353",
  },
} as const;

export const PHASE2 = { iterationsExponent: 10, name: "DEV-ONLY phase 2" } as const;

/** Text whose SHA-256 is the phase-2 beacon of a circuit. */
export function phase2BeaconText(circuitKey: string): string {
  return `Corex DEV-ONLY phase 2 ${circuitKey}`;
}

/** Beacon of a text: its SHA-256 in hexadecimal. */
export function beaconOf(text: string): string {
  return sha256(text);
}
