import { getAddress } from "ethers";

import { FIELD_ORDER } from "@corex/sdk/commit/field";
import { JsonReader } from "@corex/sdk/data/json-reader";
import type { SolidityProof } from "@corex/sdk/proof/encode-proof";

import type { StepSubmission } from "../journal/submission-json.ts";

const CODE = "COLLECTOR_BAD_REQUEST";
const MAX_UINT16 = 2 ** 16 - 1;
const MAX_UINT32 = 2 ** 32 - 1;
const MAX_UINT256 = 2n ** 256n - 1n;
/** Depth of a tree with a leaf for every shard that a task can have. */
const MAX_PATH = 64;
/** Chains of a task at most. */
const MAX_HEADS = 4_096;
const BYTES32 = /^0x[0-9a-f]{64}$/;

/** A step that its operator hands over. */
export interface HandedOver {
  readonly task: string;
  readonly operator: string;
  readonly signature: string;
  readonly submission: StepSubmission;
}

/** Reads the body of POST /submissions. @throws CorexError COLLECTOR_BAD_REQUEST naming the field. */
export function parseHandedOver(json: unknown): HandedOver {
  const body = new JsonReader(json, CODE, "body");
  return {
    task: bytes32(body.field("task")),
    operator: getAddress(
      body
        .field("operator")
        .matching(/^0x[0-9a-fA-F]{40}$/, "an address")
        .toLowerCase(),
    ),
    signature: body.field("signature").matching(/^0x[0-9a-f]{130}$/, "65 bytes as 0x and lower-case digits"),
    submission: parseStep(body.field("submission")),
  };
}

function parseStep(step: JsonReader): StepSubmission {
  const element = (name: string): bigint => step.field(name).bigint(0n, FIELD_ORDER - 1n);
  const initialHeads = step.field("initialHeads");
  const shardProof = step.field("shardProof");
  if (initialHeads.items().length > MAX_HEADS) throw initialHeads.fail(`at most ${MAX_HEADS} elements`);
  if (shardProof.items().length > MAX_PATH) throw shardProof.fail(`at most ${MAX_PATH} elements`);
  return {
    kind: "step",
    chain: step.field("chain").integer(0, MAX_UINT16),
    step: step.field("step").integer(0, MAX_UINT32),
    weights: element("weights"),
    newWeights: element("newWeights"),
    gradient: element("gradient"),
    batch: element("batch"),
    loss: element("loss"),
    artifact: bytes32(step.field("artifact")),
    proof: parseProof(step.field("proof")),
    shardProof: shardProof.items().map(bytes32),
    initialHeads: initialHeads.items().map((head) => head.bigint(0n, FIELD_ORDER - 1n)),
  };
}

function parseProof(proof: JsonReader): SolidityProof {
  const [first, second] = proof.field("b").items(2).map(pair);
  if (first === undefined || second === undefined) throw proof.fail("a proof");
  return { a: pair(proof.field("a")), b: [first, second], c: pair(proof.field("c")) };
}

function pair(point: JsonReader): [bigint, bigint] {
  const [x = 0n, y = 0n] = point.items(2).map((word) => word.bigint(0n, MAX_UINT256));
  return [x, y];
}

function bytes32(value: JsonReader): string {
  return value.matching(BYTES32, "32 bytes as 0x and 64 lower-case digits");
}
