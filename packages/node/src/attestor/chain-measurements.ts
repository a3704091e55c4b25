import type { Provider } from "ethers";

import { findAnswer, readMeasurement, readWorkload } from "@corex/sdk/actions/read-benchmark";
import { DEVICE_CLASSES } from "@corex/sdk/actions/register-node";
import type { CorexContracts } from "@corex/sdk/contracts/connect";
import { laneCount } from "@corex/sdk/benchmark/workload";
import { decodeError } from "@corex/sdk/contracts/decode-error";
import { CorexError } from "@corex/sdk/errors";

import type { AnsweredMeasurement, MeasurementSource } from "./measurement-source.ts";

/** Reads measurements from the registry and its logs. */
export class ChainMeasurements implements MeasurementSource {
  readonly #contracts: CorexContracts;
  readonly #provider: Provider;

  constructor(contracts: CorexContracts, provider: Provider) {
    this.#contracts = contracts;
    this.#provider = provider;
  }

  /** @inheritdoc */
  async read(node: bigint): Promise<AnsweredMeasurement> {
    const workload = await this.#workloadOf(node);
    const measurement = await readMeasurement(this.#contracts, node);
    if (measurement.status !== "answered") throw notAnswered(node, `its measurement is ${measurement.status}`);
    const { nonce, seed, size, result } = await findAnswer(this.#contracts, this.#provider, node, measurement);
    if (result !== measurement.result) throw notAnswered(node, "its answer has just changed");
    return { nonce, seed, result, lanes: laneCount(size, workload) };
  }

  async #workloadOf(node: bigint): Promise<bigint> {
    try {
      const { deviceClass } = await this.#contracts.nodeRegistry.get(node);
      return await readWorkload(this.#contracts, DEVICE_CLASSES[Number(deviceClass)] ?? "CPU");
    } catch (cause) {
      const error = decodeError(cause);
      if (error.code !== "CHAIN_NODEREGISTRY_UNKNOWNNODE") throw error;
      throw new CorexError("ATTESTOR_UNKNOWN_NODE", `there is no node ${node}`, { retry: "after-change", cause });
    }
  }
}

function notAnswered(node: bigint, reason: string): CorexError {
  return new CorexError("ATTESTOR_NOT_ANSWERED", `node ${node} has no answer to attest: ${reason}`, {
    retry: "later",
    details: { node },
  });
}
