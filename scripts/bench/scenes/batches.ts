import { approveToken } from "@corex/sdk/actions/approve-token";
import { assignFragment } from "@corex/sdk/actions/assign-fragment";
import { heartbeat } from "@corex/sdk/actions/heartbeat";
import { pokeNode } from "@corex/sdk/actions/poke-node";
import { publishTask } from "@corex/sdk/actions/publish-task";
import { readCursor } from "@corex/sdk/actions/read-cursor";
import { registerCircuit } from "@corex/sdk/actions/register-circuit";
import { registerNode } from "@corex/sdk/actions/register-node";
import { readSubmissionDomain, signSubmission } from "@corex/sdk/actions/sign-submission";
import { stake } from "@corex/sdk/actions/stake";
import type { Submission } from "@corex/sdk/actions/submit-fragment";
import { submitFragmentBatch, type Relay } from "@corex/sdk/actions/submit-fragment-batch";
import { syncReputation } from "@corex/sdk/actions/sync-reputation";
import { hashHeads } from "@corex/sdk/task/hash-heads";
import { stepContext } from "@corex/sdk/task/step-context";
import { taskId } from "@corex/sdk/task/task-id";
import type { TaskTerms } from "@corex/sdk/task/terms";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { dataSlice, id, parseEther, toBeHex, toQuantity, Wallet } from "ethers";

import { forge, forgedKey, forgeMany, SIGNALS } from "../../../test/support/market/forge.ts";
import { DAY, type World } from "../world.ts";
import { complete, sendTokens } from "./bonds.ts";
import { QUICK_CAPACITY, recordCapacity } from "./nodes.ts";
import type { PlainStage } from "./scene.ts";

/** Sizes of batches; a task has 64 chains at most, a node 32 fragments. */
const VERIFIED = [1, 2, 4, 8, 16, 32, 64];
const SUBMITTED = [1, 2, 4, 8, 16, 32];

const FEE = 10n ** 16n;
const FUNDS = parseEther("10000");
const STAKE = parseEther("2000");
/** Completions that lift a new node to the highest tier with stake. */
const RECORD = 60;
const ARTIFACT = id("benchmark artifact");
const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** A number that depends on its name alone, below the order of the field. */
const field = (name: string): bigint => BigInt(id(name)) % R;

/** Operators that can sign: node i + 1 is that of wallet i. */
const walletOf = (index: number): Wallet => new Wallet(id(`benchmark operator ${index}`));

/**
 * Batches of proofs alone, and of submissions: of one node, sent by itself and relayed. Proofs are forged with a known key. How
 * many nodes a batch of many has is left to the draws, so only one node gives the same figures every time.
 */
export async function batches(stage: PlainStage): Promise<void> {
  const { world, record } = stage;
  const circuit = await addForgedCircuit(world);
  const verifier = world.contracts.proofVerifier;
  for (const count of VERIFIED) {
    const { proofs, statements } = forgeMany(count);
    const data = verifier.interface.encodeFunctionData("verifyBatch", [circuit, proofs, statements.flat()]);
    const receipt = await world.send(await world.owner.getAddress(), world.deployment.contracts.ProofVerifier, data);
    await record(`verify batch: ${count} proofs`, { receipt });
  }

  const owner = await world.as(world.owner);
  await sendTokens(world, owner.sender.address, FUNDS);
  await approveToken(owner, world.deployment.contracts.TaskEscrow, FUNDS);
  await join(world, 0);
  await lift(world, 1n);
  for (const count of SUBMITTED) {
    await submitTwice(stage, circuit, count, `submit batch: ${count}, one node, bonded, warm`, false);
    await submitTwice(stage, circuit, count, `submit batch: ${count}, one node, bonded, relayed, warm`, true);
  }
}

/** Registers a circuit with known secrets, in the place of the training step. */
async function addForgedCircuit(world: World): Promise<string> {
  const terms = {
    schema: id("weights,newWeights,gradient,batch,loss,ctx"),
    transcript: id("known secrets"),
    workUnits: 512n,
    publicSignals: BigInt(SIGNALS),
    devOnly: true,
  };
  const name = { name: "Forged", version: 1n, params: [] };
  const registered = await registerCircuit(await world.as(world.admin), { name, terms, key: forgedKey() });
  return registered.result;
}

/** Registers, measures and announces the node of wallet `index`. */
async function join(world: World, index: number): Promise<void> {
  const { address } = walletOf(index);
  await world.rpc("hardhat_setBalance", [address, toQuantity(parseEther("1"))]);
  const operator = await world.as(address);
  const payout = dataSlice(id(`benchmark payout ${index}`), 12);
  const { result } = await registerNode(operator, { payout, deviceClass: "CPU", metadataUri: "ipfs://node" });
  await recordCapacity(world, result, QUICK_CAPACITY);
  const measured = world.contracts.reputation.interface.encodeFunctionData("recordMeasured", [result]);
  await world.send(await world.admin.getAddress(), world.deployment.contracts.Reputation, measured);
  await pokeNode(operator, result);
}

/** Gives a node a record and a stake: with the highest tier it may have 32 fragments. */
async function lift(world: World, node: bigint): Promise<void> {
  const operator = await world.as(walletOf(0).address);
  await sendTokens(world, operator.sender.address, STAKE);
  await stake(operator, { node, amount: STAKE, period: 365 * DAY });
  for (let count = 0; count < RECORD; count += 1) await complete(world, node);
  await syncReputation(operator, node);
  await heartbeat(operator);
  await pokeNode(operator, node);
  await world.nextPeriod();
}

/** Settles two steps of a new task in a batch each, and records the second: all slots but those of new nodes are written. */
async function submitTwice(
  { world, record }: PlainStage,
  circuit: string,
  chains: number,
  operation: string,
  relayed: boolean,
): Promise<void> {
  const owner = await world.as(world.owner);
  const task = taskOf(world, owner.sender.address, circuit, chains, relayed);
  await publishTask(owner, task.terms);
  for (let step = 0; step < 2; step += 1) {
    const { submissions, relays, operators } = await task.prepare(step);
    const sender = await world.as(relayed ? owner.sender.address : (operators[0]?.address ?? ""));
    const executed = await submitFragmentBatch(sender, task.terms, submissions, relayed ? relays : [], operation);
    if (step === 1) await record(operation, executed);
  }
}

/** A task of `chains` chains, and what prepares a batch of one step of them all. */
function taskOf(world: World, owner: string, circuit: string, chains: number, relayed: boolean) {
  const numbers = Array.from({ length: chains }, (_, chain) => chain);
  const heads = numbers.map((chain) => field(`weights ${chain} 0`));
  const tree = StandardMerkleTree.of<[number, string]>(
    numbers.map((chain) => [chain, toBeHex(field(`batch ${chain}`), 32)]),
    ["uint256", "bytes32"],
  );
  const terms: TaskTerms = {
    owner,
    circuit,
    shardRoot: tree.root,
    initialWeights: hashHeads(heads),
    manifest: id("benchmark manifest"),
    feePerFragment: FEE,
    fragmentDuration: 7_200n,
    steps: 3n,
    shardsPerChain: 1n,
    chains: BigInt(chains),
    device: 0n,
    minTier: 0n,
    nonce: BigInt(chains) + (relayed ? 1_000n : 2_000n),
  };
  const { chainId, contracts } = world.deployment;
  const market = contracts.TaskMarket;
  const task = taskId(chainId, market, terms);

  const prepare = async (step: number) => {
    const domain = await readSubmissionDomain(world.contracts, chainId);
    const prepared = { submissions: [] as Submission[], relays: [] as Relay[], operators: [] as Wallet[] };
    for (const chain of numbers) {
      const operator = walletOf(Number(await draw(world, terms, task, chain)) - 1);
      const context = stepContext({ chainId, market, circuit, task, chain, step, operator: operator.address });
      const claim = {
        weights: field(`weights ${chain} ${step}`),
        newWeights: field(`weights ${chain} ${step + 1}`),
        gradient: field(`gradient ${chain} ${step}`),
        batch: field(`batch ${chain}`),
        loss: field(`loss ${chain} ${step}`) >> 144n,
      };
      const submission: Submission = {
        chain,
        step,
        ...claim,
        artifact: ARTIFACT,
        proof: forge([...Object.values(claim), context]),
        shardProof: tree.getProof(chain),
        initialHeads: step === 0 ? heads : [],
      };
      prepared.submissions.push(submission);
      prepared.relays.push(await signSubmission(operator, domain, task, submission));
      prepared.operators.push(operator);
    }
    return prepared;
  };
  return { terms, prepare };
}

/** Draws the open fragment of a chain, anew while nobody comes up. */
async function draw(world: World, terms: TaskTerms, task: string, chain: number): Promise<bigint> {
  const anyone = await world.as(world.owner);
  for (let attempt = 0; attempt < 4; attempt += 1) {
    await world.mineBeyond((await readCursor(world.contracts, task, chain)).ticket);
    const { result } = await assignFragment(anyone, terms, chain);
    if (result !== 0n) return result;
  }
  throw new Error(`nobody was drawn for chain ${chain} of task ${task}`);
}
