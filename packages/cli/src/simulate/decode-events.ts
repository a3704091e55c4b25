import type { LogParams } from "ethers";

import { valueText } from "@corex/sdk/governance/describe-call";
import { nameOf, type KnownContracts } from "@corex/sdk/governance/known-contracts";
import { PARAMETER_NAMES } from "@corex/sdk/governance/parameter-names";

import { roleName } from "./role-names.ts";

/** An event in words. */
export interface DecodedEvent {
  readonly contract: string;
  /** `ParameterChanged(parameter: protocolFeeBps, oldValue: 500, newValue: 400, by: TechnicalTimelock)`. */
  readonly text: string;
}

/** Events in words, as far as the interfaces of the deployment tell. */
export function decodeEvents(logs: readonly LogParams[], known: KnownContracts): DecodedEvent[] {
  return logs.map(({ address, topics, data }) => {
    const contract = nameOf(known, address);
    for (const face of known.get(address.toLowerCase())?.interfaces ?? []) {
      const parsed = face.parseLog({ topics, data });
      if (parsed === null) continue;
      const list = parsed.fragment.inputs.map(({ name }, index) => {
        return `${name}: ${eventValue(contract, name, parsed.args[index], known)}`;
      });
      return { contract, text: `${parsed.name}(${list.join(", ")})` };
    }
    return { contract, text: `event ${topics[0] ?? "without topic"} (not known)` };
  });
}

function eventValue(contract: string, name: string, value: unknown, known: KnownContracts): string {
  if (contract === "Parameters" && name === "parameter") return PARAMETER_NAMES[Number(value)] ?? String(value);
  if (contract === "AccessManager" && name === "roleId") return roleName(BigInt(String(value)));
  return valueText(value, known);
}
