// Random calls of everything that the vault and the slasher offer, with what the model says of each.
import { StakeRefusal } from "../../../packages/sdk/src/staking/stake-model.ts";
import { Random } from "../../circuits/support/random.ts";
import { ACTORS, type Driven, type DrivenCall, type ModelWorld, NODES } from "./drive.ts";
import { CXT, MAX_PERIOD, MIN_PERIOD, MIN_STAKE } from "./staking.ts";

type Build = (random: Random, world: ModelWorld) => Omit<DrivenCall, "label">;

const PLACES = 8n;

/** Amounts near every bound, and any in between. */
function anyAmount(random: Random): bigint {
  const spread = random.between(1n, 120_000n * CXT);
  return random.pick([
    0n,
    1n,
    MIN_STAKE - 1n,
    MIN_STAKE,
    MIN_STAKE + 1n,
    100_000n * CXT,
    spread,
    spread,
    spread,
    spread,
  ]);
}

function anyPeriod(random: Random): bigint {
  const spread = random.between(MIN_PERIOD, MAX_PERIOD);
  return random.next() % 3n === 0n
    ? random.pick([MIN_PERIOD - 1n, MIN_PERIOD, MIN_PERIOD, MAX_PERIOD, MAX_PERIOD + 1n])
    : spread;
}

/** Somebody's position, mostly the caller's own; else any actor and place. */
function anyPosition(random: Random, world: ModelWorld, actors: readonly string[]) {
  const node = Number(random.between(1n, BigInt(NODES)));
  const owned = world.vault
    .nodeStake(node)
    .positions.flatMap((position, place) => (position ? [{ position, place }] : []));
  if (owned.length === 0 || random.next() % 8n === 0n) {
    return { node, place: Number(random.between(0n, PLACES)), actor: Number(random.between(1n, BigInt(ACTORS))) };
  }
  const { position, place } = random.pick(owned);
  return { node, place, actor: actors.indexOf(position.owner) + 1 };
}

/** Every call, with how often it comes up. */
function catalogue(driven: Driven): Record<string, { weight: number; build: Build }> {
  const { vault, slasher, token, registry, actors } = driven;
  const { vaultAt, slasherAt, tokenAt, registryAt } = driven.addresses;
  const addressOf = (actor: number): string => actors[actor - 1] ?? "";
  const anyNode = (random: Random) => Number(random.between(0n, BigInt(NODES) + 1n));
  const onVault = (actor: number, node: number, data: string, model: DrivenCall["model"]) => ({
    actor,
    node,
    data,
    target: vaultAt,
    model,
  });
  const abi = vault.interface;

  return {
    approveStaker: {
      weight: 3,
      build: (random) => {
        const actor = Number(random.between(1n, BigInt(ACTORS)));
        const staker = addressOf(Number(random.between(1n, BigInt(ACTORS))));
        const approved = random.next() % 4n !== 0n;
        const data = abi.encodeFunctionData("approveStaker", [staker, approved]);
        return onVault(actor, actor, data, (world) => {
          if (actor > NODES) throw new StakeRefusal("StakeVaultNotApproved");
          world.vault.approveStaker(actor, staker, approved);
        });
      },
    },
    stake: {
      weight: 12,
      build: (random) => {
        const node = anyNode(random);
        const other = Number(random.between(1n, BigInt(ACTORS)));
        const actor = random.next() % 2n === 0n && node >= 1 && node <= NODES ? node : other;
        const [amount, period] = [anyAmount(random), anyPeriod(random)];
        return onVault(actor, node, abi.encodeFunctionData("stake", [node, amount, period]), (world, now) => {
          const place = world.vault.stake(addressOf(actor), node, amount, period, now);
          world.pay(addressOf(actor), -amount);
          return place;
        });
      },
    },
    topUp: {
      weight: 14,
      build: (random, world) => {
        const { actor, node, place } = anyPosition(random, world, actors);
        const amount = anyAmount(random);
        return onVault(actor, node, abi.encodeFunctionData("topUp", [node, place, amount]), (model, now) => {
          model.vault.topUp(addressOf(actor), node, place, amount, now);
          model.pay(addressOf(actor), -amount);
        });
      },
    },
    raiseCommitment: {
      weight: 20,
      build: (random, world) => {
        const { actor, node, place } = anyPosition(random, world, actors);
        const period = anyPeriod(random);
        return onVault(actor, node, abi.encodeFunctionData("raiseCommitment", [node, place, period]), (model, now) =>
          model.vault.raiseCommitment(addressOf(actor), node, place, period, now),
        );
      },
    },
    startLeaving: {
      weight: 8,
      build: (random, world) => {
        const { actor, node, place } = anyPosition(random, world, actors);
        return onVault(actor, node, abi.encodeFunctionData("startLeaving", [node, place]), (model, now) =>
          model.vault.startLeaving(addressOf(actor), node, place, now),
        );
      },
    },
    cancelLeaving: {
      weight: 6,
      build: (random, world) => {
        const { actor, node, place } = anyPosition(random, world, actors);
        return onVault(actor, node, abi.encodeFunctionData("cancelLeaving", [node, place]), (model, now) =>
          model.vault.cancelLeaving(addressOf(actor), node, place, now),
        );
      },
    },
    expedite: {
      weight: 14,
      build: (random, world) => {
        const { actor, node, place } = anyPosition(random, world, actors);
        return onVault(actor, node, abi.encodeFunctionData("expedite", [node, place]), (model, now) => {
          model.treasury += model.vault.expedite(addressOf(actor), node, place, now);
        });
      },
    },
    withdraw: {
      weight: 10,
      build: (random, world) => {
        const { actor, node, place } = anyPosition(random, world, actors);
        return onVault(actor, node, abi.encodeFunctionData("withdraw", [node, place]), (model, now) => {
          const amount = model.vault.withdraw(addressOf(actor), node, place, now);
          model.pay(addressOf(actor), amount);
          return amount;
        });
      },
    },
    hold: {
      weight: 2,
      build: (random, world) => {
        const node = anyNode(random);
        const amount = random.pick([0n, 2n ** 256n - 1n, world.vault.nodeStake(node).tokens / 3n + 1n]);
        return onVault(0, node, abi.encodeFunctionData("hold", [node, amount]), (model) =>
          model.vault.hold(node, amount),
        );
      },
    },
    unhold: {
      weight: 9,
      build: (random, world) => {
        const node = anyNode(random);
        const { held } = world.vault.nodeStake(node);
        const amount = random.pick([held, held, held / 2n, held + 1n]);
        return onVault(0, node, abi.encodeFunctionData("unhold", [node, amount]), (model) =>
          model.vault.unhold(node, amount),
        );
      },
    },
    slash: {
      weight: 1,
      build: (random, world) => {
        const node = anyNode(random);
        const { tokens } = world.vault.nodeStake(node);
        // At times next to everything: what is left is worthless, and the node takes no stake until all have withdrawn.
        const most = tokens - (tokens > 9n ? 9n : tokens);
        const wiped = random.pick([most, tokens, tokens + 1n]);
        const amount = random.next() % 10n === 0n ? wiped : random.pick([0n, 1n, tokens / 7n, tokens / 2n]);
        return onVault(0, node, abi.encodeFunctionData("slash", [node, amount]), (model, now) =>
          model.vault.slash(node, amount, now),
        );
      },
    },
    punish: {
      weight: 8,
      build: (random, world) => {
        const [node, offence] = [Number(random.between(1n, BigInt(NODES))), Number(random.between(0n, 7n))];
        const { tokens } = world.vault.nodeStake(node);
        const base = random.pick([0n, 1n, tokens, tokens, tokens, tokens * 2n, random.between(1n, 10n ** 23n)]);
        const number = Number(random.between(0n, BigInt(ACTORS)));
        const reporterBond = random.pick([0n, 1n, 10n * CXT, 10n ** 26n]);
        const reporter = number === 0 ? "0x0000000000000000000000000000000000000000" : addressOf(number);
        const data = slasher.interface.encodeFunctionData("punish", [{ node, offence, base, reporter, reporterBond }]);
        const named = number === 0 ? undefined : reporter;
        const model: DrivenCall["model"] = (target, now) => {
          const split = target.slasher.punish({ node, offence, base, reporter: named, reporterBond }, now);
          target.treasury += split.toTreasury;
          target.offences.set(node, (target.offences.get(node) ?? 0n) + 1n);
          return split.slashed;
        };
        return { actor: 0, node, target: slasherAt, data, model };
      },
    },
    "withdraw rewards": {
      weight: 3,
      build: (random) => {
        const actor = Number(random.between(1n, BigInt(ACTORS)));
        const model: DrivenCall["model"] = (world) => {
          const amount = world.slasher.withdraw(addressOf(actor));
          world.pay(addressOf(actor), amount);
          return amount;
        };
        return {
          actor,
          node: 1,
          target: slasherAt,
          data: slasher.interface.encodeFunctionData("withdraw"),
          model,
        };
      },
    },
    donate: {
      weight: 1,
      build: (random) => {
        const [actor, amount] = [Number(random.between(1n, BigInt(ACTORS))), random.between(1n, CXT)];
        const data = token.interface.encodeFunctionData("transfer", [vaultAt, amount]);
        const model: DrivenCall["model"] = (world) => {
          world.pay(addressOf(actor), -amount);
          world.donated += amount;
          return true;
        };
        return { actor, node: 1, target: tokenAt, data, model };
      },
    },
    close: {
      weight: 1,
      build: (random, world) => {
        const node = Number(random.between(1n, BigInt(NODES)));
        const [wanted, removes] = [random.next() % 40n === 0n, random.next() % 2n === 0n];
        const data = removes
          ? registry.interface.encodeFunctionData("remove", [node])
          : registry.interface.encodeFunctionData("exit");
        const does = wanted && !world.closed.has(node);
        const model: DrivenCall["model"] = (target) => {
          if (does) target.closed.set(node, removes ? "removed" : "exited");
        };
        const harmless = registry.interface.encodeFunctionData("nodeCount");
        const count = BigInt(NODES);
        return {
          actor: removes ? 0 : node,
          node,
          target: registryAt,
          data: does ? data : harmless,
          model: (target, now) => (does ? model(target, now) : count),
        };
      },
    },
  };
}

/** A source of random calls, the same for the same seed. */
export function randomCalls(driven: Driven, random: Random): (world: ModelWorld) => DrivenCall {
  const calls = Object.entries(catalogue(driven));
  const tickets = calls.flatMap(([label, { weight, build }]) =>
    Array.from({ length: weight }, () => ({ label, build })),
  );
  return (world) => {
    const { label, build } = random.pick(tickets);
    return { label, ...build(random, world) };
  };
}
