import type {
  BenchmarkContext,
  BenchmarkContracts,
  ContractsWithBenchmark,
} from "@corex/sdk/benchmark/benchmark-context";
import type { ActionContext } from "@corex/sdk/actions/execute";
import type { CorexContracts } from "@corex/sdk/contracts/connect";
import { CorexError } from "@corex/sdk/errors";

/** The contracts of a deployment that measures nodes. @throws CorexError CONFIG_INVALID when it has no benchmark registry. */
export function requireBenchmark(contracts: CorexContracts & Partial<BenchmarkContracts>): ContractsWithBenchmark {
  const { benchmarkRegistry } = contracts;
  if (benchmarkRegistry !== undefined) return { ...contracts, benchmarkRegistry };
  throw new CorexError("CONFIG_INVALID", "the deployment has no benchmark registry: nodes cannot be measured on it", {
    retry: "after-change",
  });
}

/** A context whose contracts include the benchmark registry. @throws CorexError CONFIG_INVALID. */
export function requireBenchmarkContext({ contracts, sender }: ActionContext): BenchmarkContext {
  return { contracts: requireBenchmark(contracts), sender };
}
