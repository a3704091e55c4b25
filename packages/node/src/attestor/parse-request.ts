import type { Groth16ProofJson } from "snarkjs";

import { JsonReader } from "@corex/sdk/data/json-reader";

import type { BenchmarkAnswer } from "./attestor.ts";

const CODE = "ATTESTOR_BAD_REQUEST";
const MAX_NODE = 2 ** 32 - 1;
const DECIMAL = /^(?:0|[1-9][0-9]{0,77})$/;
const SIGNATURE = /^0x[0-9a-fA-F]{130}$/;

/** Reads the body of POST /challenge. @throws CorexError ATTESTOR_BAD_REQUEST naming the field. */
export function parseChallengeRequest(json: unknown): { node: bigint; issuedAt: number; signature: string } {
  const body = new JsonReader(json, CODE, "body");
  return {
    node: parseNode(body),
    issuedAt: body.field("issuedAt").integer(0, Number.MAX_SAFE_INTEGER),
    signature: body.field("signature").matching(SIGNATURE, "a signature of 65 bytes"),
  };
}

/** Reads the body of POST /response. @throws CorexError ATTESTOR_BAD_REQUEST naming the field. */
export function parseAnswer(json: unknown): BenchmarkAnswer {
  const body = new JsonReader(json, CODE, "body");
  const proof = body.field("proof");
  const decimal = (value: JsonReader): string => value.matching(DECIMAL, "a decimal string");
  const words = (value: JsonReader, length: number): string[] => value.items(length).map(decimal);
  return {
    node: parseNode(body),
    publicSignals: body.field("publicSignals").items(6).map(decimal),
    proof: {
      pi_a: words(proof.field("pi_a"), 3),
      pi_b: proof
        .field("pi_b")
        .items(3)
        .map((pair) => words(pair, 2)),
      pi_c: words(proof.field("pi_c"), 3),
      protocol: proof.field("protocol").literal("groth16"),
      curve: proof.field("curve").literal("bn128"),
      // The lengths were checked above; a tuple type cannot follow `map`.
    } as unknown as Groth16ProofJson,
  };
}

function parseNode(body: JsonReader): bigint {
  return BigInt(body.field("node").integer(1, MAX_NODE));
}
