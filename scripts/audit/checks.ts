// The checks of the permission audit. Each returns what it found, or throws an error that says what is wrong.
import { TypedDataEncoder, encodeBytes32String, id, toBeHex, toUtf8Bytes } from "ethers";

import {
  FORBIDDEN_OPCODES,
  compiledCode,
  disassemble,
  dispatchedSelectors,
  immutableValues,
  maskImmutables,
  withoutMetadata,
} from "./bytecode.ts";
import { expectEqual } from "./expect.ts";
import { simulate } from "./simulate.ts";
import { type Audited, type DeployedSuite, STRANGER, SUPPLY, TRANSFER_TOPIC, ZERO_WORD } from "./suite.ts";

/** The contracts over which nobody may have authority. */
export type Guarded = "CorexToken" | "MiningPool";

/** Every function of the two contracts that can change state. A longer list fails the audit. */
const STATE_CHANGING = {
  CorexToken: [
    "approve(address,uint256)",
    "burn(uint256)",
    "burnFrom(address,uint256)",
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
    "transfer(address,uint256)",
    "transferFrom(address,address,uint256)",
  ],
  MiningPool: ["release(uint256,uint256)", "replenish(uint256)"],
} as const;

/** Functions by which authority usually shows. None of them may answer. */
const AUTHORITY_GETTERS = [
  "owner()",
  "authority()",
  "admin()",
  "implementation()",
  "paused()",
  "getOwner()",
  "minter()",
];

/** `keccak256("eip1967.proxy.<name>") - 1`. */
const EIP1967_SLOTS = ["implementation", "admin", "beacon"].map((name) =>
  toBeHex(BigInt(id(`eip1967.proxy.${name}`)) - 1n, 32),
);

export async function codeIsCompiled(suite: DeployedSuite, contract: Audited): Promise<string> {
  const artifact = await suite.artifact(contract);
  const code = await suite.code(contract);
  expectEqual(`size of ${contract}`, code.length, compiledCode(artifact).length);
  if (maskImmutables(code, artifact) !== maskImmutables(compiledCode(artifact), artifact)) {
    throw new Error(`the code at ${suite.address(contract)} differs from the artifact of ${contract}`);
  }
  return `${code.length} bytes equal`;
}

export async function immutables(suite: DeployedSuite, contract: Guarded): Promise<string> {
  const expected = contract === "CorexToken" ? await tokenImmutables(suite) : await poolImmutables(suite);
  const found = immutableValues(await suite.code(contract), await suite.artifact(contract));
  // An immutable with another value in one of its places adds a value, so the lists differ then too.
  if (found.join() !== expected.toSorted().join()) {
    const missing = expected.filter((value) => !found.includes(value));
    const surplus = found.filter((value) => !expected.includes(value));
    throw new Error(
      `${found.length} values for ${expected.length}; expected but absent: [${missing.join(", ")}]; ` +
        `found but not expected: [${surplus.join(", ")}]`,
    );
  }
  return `${found.length} as expected`;
}

export async function noForbiddenOpcode(suite: DeployedSuite, contract: Guarded): Promise<string> {
  const instructions = disassemble(withoutMetadata(await suite.code(contract)));
  const bad = instructions.filter(({ opcode }) => opcode in FORBIDDEN_OPCODES);
  if (bad.length > 0) {
    throw new Error(bad.map(({ offset, opcode }) => `${FORBIDDEN_OPCODES[opcode]} at ${offset}`).join(", "));
  }
  return `none of ${Object.values(FORBIDDEN_OPCODES).join(", ")} in ${instructions.length} instructions`;
}

export async function stateChangingFunctions(suite: DeployedSuite, contract: Guarded): Promise<string> {
  const abi = await suite.interface(contract);
  const inAbi = new Map<string, string>();
  const changing: string[] = [];
  abi.forEachFunction((fragment) => {
    inAbi.set(fragment.selector, fragment.format());
    if (!fragment.constant) changing.push(fragment.format());
  });
  expectEqual("functions", changing.sort().join(" "), [...STATE_CHANGING[contract]].sort().join(" "));

  const dispatched = dispatchedSelectors(disassemble(withoutMetadata(await suite.code(contract))));
  const hidden = dispatched.filter((selector) => !inAbi.has(selector));
  if (hidden.length > 0) throw new Error(`the code answers to selectors outside the ABI: ${hidden.join(", ")}`);
  expectEqual("selectors in the code", new Set(dispatched).size, inAbi.size);
  return changing.map((signature) => signature.split("(")[0]).join(", ");
}

export async function noAuthority(suite: DeployedSuite, contract: Guarded): Promise<string> {
  const address = suite.address(contract);
  for (const signature of AUTHORITY_GETTERS) {
    const answer = await simulate(suite.provider, STRANGER, address, id(signature).slice(0, 10));
    if (!answer.startsWith("revert")) throw new Error(`${signature} answers ${answer}`);
  }
  for (const slot of EIP1967_SLOTS) {
    const value = await suite.provider.getStorage(address, slot);
    if (BigInt(value) !== 0n) throw new Error(`EIP-1967 slot ${slot} holds ${value}`);
  }
  return `${AUTHORITY_GETTERS.join(", ")} and EIP-1967 slots are absent`;
}

/** Slots: ERC20 0-4, EIP712 fallbacks 5-6, nonces 7; pool: checkpoints 0, released and next epoch 1, mapping 2. */
export async function storage(suite: DeployedSuite, contract: Guarded): Promise<string> {
  const slot = async (index: number): Promise<bigint> =>
    BigInt(await suite.provider.getStorage(suite.address(contract), index));
  const empty = contract === "CorexToken" ? [0, 1, 5, 6, 7, 8, 9, 10, 11] : [2, 3, 4, 5, 6, 7];
  for (const index of empty) expectEqual(`slot ${index}`, await slot(index), 0n);

  if (contract === "CorexToken") {
    expectEqual("slot 2 (total supply)", await slot(2), await suite.read<bigint>(contract, "totalSupply"));
    expectEqual("slot 3 (name)", await slot(3), BigInt(packedString("Corex Token", 2)));
    expectEqual("slot 4 (symbol)", await slot(4), BigInt(packedString("CXT", 2)));
    return "total supply, name and symbol; nothing else";
  }
  const packed = await slot(1);
  const nextEpoch = await suite.read<bigint>(contract, "nextEpoch");
  const released = (await suite.sumOf("Released")).total;
  expectEqual("slot 1 (released, next epoch)", packed, (nextEpoch << 208n) | released);
  expectEqual("slot 0 (replenishment checkpoints)", await slot(0), (await suite.sumOf("Replenished")).epochs);
  return "released, next epoch and replenishments; nothing else";
}

export async function sameAnswerToEveryone(suite: DeployedSuite, contract: Guarded): Promise<string> {
  const abi = await suite.interface(contract);
  const callers = await suite.callers();
  const tooMuch = SUPPLY + 1n;
  const pool = suite.address("MiningPool");
  const calls: readonly (readonly [name: string, values: readonly unknown[], outcome: "ok" | "revert"])[] =
    contract === "CorexToken"
      ? [
          ["approve", [STRANGER, 1n], "ok"],
          ["burn", [tooMuch], "revert"],
          ["burnFrom", [pool, 1n], "revert"],
          ["permit", [pool, STRANGER, 1n, 2n ** 64n, 27, ZERO_WORD, ZERO_WORD], "revert"],
          ["transfer", [STRANGER, tooMuch], "revert"],
          ["transferFrom", [pool, STRANGER, 1n], "revert"],
        ]
      : [
          ["release", [0n, 1n], "revert"],
          ["replenish", [0n], "revert"],
        ];
  expectEqual("simulated functions", calls.length, STATE_CHANGING[contract].length);
  for (const [name, values, outcome] of calls) {
    const data = abi.encodeFunctionData(name, values);
    const answers = new Map<string, string>();
    for (const [who, from] of callers) {
      answers.set(who, await simulate(suite.provider, from, suite.address(contract), data));
    }
    const [first] = answers.values();
    const different = [...answers].filter(([, answer]) => answer !== first || !answer.startsWith(outcome));
    if (different.length > 0) {
      throw new Error(`${name}: ${[...answers].map(([who, answer]) => `${who} gets ${answer}`).join("; ")}`);
    }
  }
  return `${calls.length} functions x ${callers.size} callers`;
}

export async function noAccessManagerHistory(suite: DeployedSuite, contract: Guarded): Promise<string> {
  const events = [
    "TargetFunctionRoleUpdated(address,bytes4,uint64)",
    "TargetClosed(address,bool)",
    "TargetAdminDelayUpdated(address,uint32,uint48)",
  ];
  const logs = await suite.logs("AccessManager", [events.map((signature) => id(signature)), suite.word(contract)]);
  if (logs.length > 0) throw new Error(`${logs.length} entries, first in transaction ${logs[0]?.transactionHash}`);
  const updates = await suite.logs(contract, [id("AuthorityUpdated(address)")]);
  if (updates.length > 0) throw new Error(`it announced an authority in transaction ${updates[0]?.transactionHash}`);
  return "no function role, closing or delay was ever set";
}

export async function wiring(suite: DeployedSuite): Promise<string> {
  expectEqual("pool.token()", await suite.read("MiningPool", "token"), suite.address("CorexToken"));
  expectEqual("pool.distributor()", await suite.read("MiningPool", "distributor"), suite.address("RewardDistributor"));
  expectEqual("distributor.pool()", await suite.read("RewardDistributor", "pool"), suite.address("MiningPool"));
  expectEqual(
    "distributor.authority()",
    await suite.read("RewardDistributor", "authority"),
    suite.address("AccessManager"),
  );
  for (const [getter, contract] of [
    ["directory", "NodeRegistry"],
    ["feeRouter", "FeeRouter"],
  ] as const) {
    if (!suite.names(contract)) continue;
    expectEqual(`distributor.${getter}()`, await suite.read("RewardDistributor", getter), suite.address(contract));
  }
  return "distributor -> pool -> token, and back";
}

export async function mintedOnce(suite: DeployedSuite): Promise<string> {
  const mint = await suite.mint();
  expectEqual("receiver of the mint", mint.topics[2], suite.word("MiningPool"));
  expectEqual("amount of the mint", BigInt(mint.data), SUPPLY);
  const genesis = (await suite.provider.getBlock(mint.blockNumber))?.timestamp ?? 0;
  expectEqual("genesis", await suite.read<bigint>("MiningPool", "genesis"), BigInt(genesis));

  const burns = await suite.logs("CorexToken", [TRANSFER_TOPIC, null, ZERO_WORD]);
  const burned = burns.reduce((sum, { data }) => sum + BigInt(data), 0n);
  expectEqual("total supply", await suite.read<bigint>("CorexToken", "totalSupply"), SUPPLY - burned);
  return `100,000,000 CXT, of which ${burned} wei burned`;
}

export async function ledger(suite: DeployedSuite): Promise<string> {
  const released = (await suite.sumOf("Released")).total;
  const replenished = (await suite.sumOf("Replenished")).total;
  const remaining = await suite.read<bigint>("MiningPool", "remaining");
  expectEqual("remaining", remaining, SUPPLY + replenished - released);
  const pool = suite.word("MiningPool");
  const out = await suite.logs("CorexToken", [TRANSFER_TOPIC, pool]);
  const left = out.reduce((sum, { data }) => sum + BigInt(data), 0n);
  expectEqual("CXT that left the pool", left, released);
  const balance = await suite.read<bigint>("CorexToken", "balanceOf", [suite.address("MiningPool")]);
  if (balance < remaining) throw new Error(`the pool holds ${balance} wei, less than its ledger's ${remaining}`);
  return `remaining ${remaining} wei, released ${released} wei, replenished ${replenished} wei`;
}

async function tokenImmutables(suite: DeployedSuite): Promise<string[]> {
  const { chainId } = await suite.provider.getNetwork();
  const verifyingContract = suite.address("CorexToken");
  return [
    TypedDataEncoder.hashDomain({ name: "Corex Token", version: "1", chainId, verifyingContract }),
    toBeHex(chainId, 32),
    suite.word("CorexToken"),
    id("Corex Token"),
    id("1"),
    packedString("Corex Token", 1),
    packedString("1", 1),
    suite.word("VotingPower"),
  ];
}

async function poolImmutables(suite: DeployedSuite): Promise<string[]> {
  const genesis = await suite.read<bigint>("MiningPool", "genesis");
  return [suite.word("CorexToken"), suite.word("RewardDistributor"), toBeHex(genesis, 32), toBeHex(SUPPLY, 32)];
}

/** A short text in one word: its bytes on the left, its length times `factor` in the last byte. */
function packedString(text: string, factor: 1 | 2): string {
  return toBeHex(BigInt(encodeBytes32String(text)) + BigInt(toUtf8Bytes(text).length * factor), 32);
}
