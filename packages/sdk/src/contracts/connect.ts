import type { ContractRunner } from "ethers";

import { ITaskEscrow__factory } from "../../../../typechain-types/factories/contracts/market/ITaskEscrow__factory.ts";
import { IRoundMarket__factory } from "../../../../typechain-types/factories/contracts/market/IRoundMarket__factory.ts";
import { ITaskMarket__factory } from "../../../../typechain-types/factories/contracts/market/ITaskMarket__factory.ts";
import { IArbitration__factory } from "../../../../typechain-types/factories/contracts/arbitration/IArbitration__factory.ts";
import { IJurorPool__factory } from "../../../../typechain-types/factories/contracts/arbitration/IJurorPool__factory.ts";
import { IVerifierCommittee__factory } from "../../../../typechain-types/factories/contracts/committee/IVerifierCommittee__factory.ts";
import { IWorkMarket__factory } from "../../../../typechain-types/factories/contracts/market/IWorkMarket__factory.ts";
import { IWorkReview__factory } from "../../../../typechain-types/factories/contracts/review/IWorkReview__factory.ts";
import { IBenchmarkRegistry__factory } from "../../../../typechain-types/factories/contracts/benchmark/IBenchmarkRegistry__factory.ts";
import { IExplainer__factory } from "../../../../typechain-types/factories/contracts/market/IExplainer__factory.ts";
import { IDatasetRegistry__factory } from "../../../../typechain-types/factories/contracts/data/IDatasetRegistry__factory.ts";
import { IEntropySource__factory } from "../../../../typechain-types/factories/contracts/matching/IEntropySource__factory.ts";
import { IScheduler__factory } from "../../../../typechain-types/factories/contracts/matching/IScheduler__factory.ts";
import { IReputation__factory } from "../../../../typechain-types/factories/contracts/reputation/IReputation__factory.ts";
import { ISlasher__factory } from "../../../../typechain-types/factories/contracts/staking/ISlasher__factory.ts";
import { IStakeVault__factory } from "../../../../typechain-types/factories/contracts/staking/IStakeVault__factory.ts";
import { IFeeRouter__factory } from "../../../../typechain-types/factories/contracts/mining/IFeeRouter__factory.ts";
import { IMiningPool__factory } from "../../../../typechain-types/factories/contracts/mining/IMiningPool__factory.ts";
import { IRewardDistributor__factory } from "../../../../typechain-types/factories/contracts/mining/IRewardDistributor__factory.ts";
import { IModelContributions__factory } from "../../../../typechain-types/factories/contracts/models/IModelContributions__factory.ts";
import { IModelMetrics__factory } from "../../../../typechain-types/factories/contracts/models/IModelMetrics__factory.ts";
import { IModelRegistry__factory } from "../../../../typechain-types/factories/contracts/models/IModelRegistry__factory.ts";
import { INodeRegistry__factory } from "../../../../typechain-types/factories/contracts/registry/INodeRegistry__factory.ts";
import { ITreasury__factory } from "../../../../typechain-types/factories/contracts/treasury/ITreasury__factory.ts";
import { CorexToken__factory } from "../../../../typechain-types/factories/contracts/token/CorexToken__factory.ts";
import { ICircuitRegistry__factory } from "../../../../typechain-types/factories/contracts/verification/ICircuitRegistry__factory.ts";
import { IProofVerifier__factory } from "../../../../typechain-types/factories/contracts/verification/IProofVerifier__factory.ts";
import type { Deployment } from "./deployment.ts";

/** Typed handles of every contract of one deployment. */
export type CorexContracts = ReturnType<typeof connect>;

/** Connects to the contracts of `deployment`. `runner` reads; actions send through their own sender. No network access. */
export function connect(deployment: Deployment, runner: ContractRunner) {
  const { contracts: at } = deployment;
  return {
    nodeRegistry: INodeRegistry__factory.connect(at.NodeRegistry, runner),
    rewardDistributor: IRewardDistributor__factory.connect(at.RewardDistributor, runner),
    miningPool: IMiningPool__factory.connect(at.MiningPool, runner),
    token: CorexToken__factory.connect(at.CorexToken, runner),
    treasury: ITreasury__factory.connect(at.Treasury, runner),
    feeRouter: IFeeRouter__factory.connect(at.FeeRouter, runner),
    entropySource: IEntropySource__factory.connect(at.EntropySource, runner),
    scheduler: IScheduler__factory.connect(at.Scheduler, runner),
    reputation: IReputation__factory.connect(at.Reputation, runner),
    stakeVault: IStakeVault__factory.connect(at.StakeVault, runner),
    slasher: ISlasher__factory.connect(at.Slasher, runner),
    benchmarkRegistry: IBenchmarkRegistry__factory.connect(at.BenchmarkRegistry, runner),
    verifierCommittee: IVerifierCommittee__factory.connect(at.VerifierCommittee, runner),
    circuitRegistry: ICircuitRegistry__factory.connect(at.CircuitRegistry, runner),
    proofVerifier: IProofVerifier__factory.connect(at.ProofVerifier, runner),
    taskEscrow: ITaskEscrow__factory.connect(at.TaskEscrow, runner),
    taskMarket: ITaskMarket__factory.connect(at.TaskMarket, runner),
    roundEscrow: ITaskEscrow__factory.connect(at.RoundEscrow, runner),
    roundMarket: IRoundMarket__factory.connect(at.RoundMarket, runner),
    workEscrow: ITaskEscrow__factory.connect(at.WorkEscrow, runner),
    workMarket: IWorkMarket__factory.connect(at.WorkMarket, runner),
    workReview: IWorkReview__factory.connect(at.WorkReview, runner),
    arbitration: IArbitration__factory.connect(at.Arbitration, runner),
    jurorPool: IJurorPool__factory.connect(at.JurorPool, runner),
    explainer: IExplainer__factory.connect(at.Explainer, runner),
    modelRegistry: IModelRegistry__factory.connect(at.ModelRegistry, runner),
    modelMetrics: IModelMetrics__factory.connect(at.ModelMetrics, runner),
    modelContributions: IModelContributions__factory.connect(at.ModelContributions, runner),
    datasetRegistry: IDatasetRegistry__factory.connect(at.DatasetRegistry, runner),
  };
}
