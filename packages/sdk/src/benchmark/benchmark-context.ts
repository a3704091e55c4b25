import type { IBenchmarkRegistry } from "../../../../typechain-types/contracts/benchmark/IBenchmarkRegistry.ts";
import type { ActionContext } from "../actions/execute.ts";
import type { CorexContracts } from "../contracts/connect.ts";

/** The contract that measures nodes. */
export interface BenchmarkContracts {
  readonly benchmarkRegistry: IBenchmarkRegistry;
}

/** What reads of the benchmark need. */
export type ContractsWithBenchmark = CorexContracts & BenchmarkContracts;

/** What actions of the benchmark need. */
export type BenchmarkContext = ActionContext & { readonly contracts: BenchmarkContracts };
