// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Tiers} from "../matching/Tiers.sol";
import {ANY_DEVICE, DEVICE_CLASSES} from "../types/DeviceClass.sol";
import {CircuitId, NodeId, TaskId} from "../types/Ids.sol";
import {Cursor} from "./Fragments.sol";
import {ITaskMarket, StepRecord, Submission, TaskTerms} from "./ITaskMarket.sol";
import {MarketRules} from "./MarketRules.sol";

/// @title TaskRules
/// @notice The rules of a task that need no storage: bounds of its terms, fees, shards, transcripts, proof context.
library TaskRules {
    /// @dev Chains of one task: bounds the loop over heads in `ModelRegistry.register`.
    uint256 internal constant MAX_CHAINS = 64;

    /// @dev Steps of one chain.
    uint256 internal constant MAX_STEPS = 1_000_000;

    /// @dev Shards of one chain.
    uint256 internal constant MAX_SHARDS_PER_CHAIN = 1_000_000;

    /// @dev Reverts unless every count, duration and hash of `terms` is inside its hard bounds.
    function requireBounds(TaskTerms calldata terms) internal pure {
        MarketRules.requireWithin("chains", terms.chains, 1, MAX_CHAINS);
        MarketRules.requireWithin("steps", terms.steps, 1, MAX_STEPS);
        MarketRules.requireWithin("shardsPerChain", terms.shardsPerChain, 1, MAX_SHARDS_PER_CHAIN);
        MarketRules.requireWithin(
            "fragmentDuration",
            terms.fragmentDuration,
            MarketRules.MIN_FRAGMENT_DURATION,
            MarketRules.MAX_FRAGMENT_DURATION
        );
        MarketRules.requireWithin("device", terms.device, ANY_DEVICE, DEVICE_CLASSES);
        MarketRules.requireWithin("minTier", terms.minTier, 0, Tiers.MAX_TIER);
        MarketRules.requireSet("shardRoot", terms.shardRoot);
        MarketRules.requireSet("initialWeights", terms.initialWeights);
        MarketRules.requireSet("manifest", terms.manifest);
    }

    /// @dev Reverts unless the fee of a market task is worth its work and its draws are not worth steering.
    function requireFee(TaskTerms calldata terms, uint256 workUnits, uint256 maxFee) internal pure {
        MarketRules.requireWithin(
            "feePerFragment",
            terms.feePerFragment,
            workUnits * MarketRules.MIN_FEE_PER_WORK_UNIT,
            maxFee
        );
    }

    /// @dev Reverts unless the fee of a network task is zero.
    function requireNoFee(TaskTerms calldata terms) internal pure {
        MarketRules.requireWithin("feePerFragment", terms.feePerFragment, 0, 0);
    }

    /// @dev Number of fragments of a task. At most 64 * 10^6.
    function fragmentCount(TaskTerms calldata terms) internal pure returns (uint256) {
        return uint256(terms.chains) * terms.steps;
    }

    /// @dev CXT wei of a staked node's stake that answer for one fragment, rounded down.
    function bondDown(TaskTerms calldata terms) internal pure returns (uint256) {
        return MarketRules.bondDown(terms.feePerFragment);
    }

    /// @dev Protocol fee that is kept of the fee of an open fragment that will not be done: see `MarketRules.keptUp`.
    function keptUp(
        TaskTerms calldata terms,
        Cursor memory cursor,
        uint256 protocolFeeBps
    ) internal pure returns (uint256 kept) {
        return MarketRules.keptUp(terms.feePerFragment, cursor, protocolFeeBps);
    }

    /// @dev CXT wei held for the assigned fragment; zero when its node works without bond.
    function bondOf(TaskTerms calldata terms, Cursor memory cursor) internal pure returns (uint256) {
        return MarketRules.bondOf(terms.feePerFragment, cursor);
    }

    /// @dev Lowest tier in the draw of a fragment that waited so long: see `MarketRules.openTier`.
    function openTier(TaskTerms calldata terms, uint256 waited) internal pure returns (uint8) {
        return MarketRules.openTier(terms.feePerFragment, terms.minTier, waited);
    }

    /// @dev Index of the shard that step `step` of chain `chain` trains on: each chain walks its shards in a circle.
    function shardIndex(TaskTerms calldata terms, uint256 chain, uint256 step) internal pure returns (uint256) {
        return chain * terms.shardsPerChain + (step % terms.shardsPerChain);
    }

    /// @dev Whether the shard committed to by `batch` is number `index` of the task.
    function isShard(
        TaskTerms calldata terms,
        uint256 index,
        uint256 batch,
        bytes32[] calldata path
    ) internal pure returns (bool) {
        return MarketRules.isShard(terms.shardRoot, index, batch, path);
    }

    /// @dev The weights commitment that a chain starts from, proved by the list whose hash is in the terms.
    function initialHead(TaskTerms calldata terms, Submission calldata submission) internal pure returns (uint256) {
        bytes32 given = keccak256(abi.encode(submission.initialHeads));
        require(
            given == terms.initialWeights && submission.initialHeads.length == terms.chains,
            ITaskMarket.TaskMarketWrongInitialHeads(given, terms.initialWeights)
        );
        return submission.initialHeads[submission.chain];
    }

    /// @dev What is remembered of a submission, done by `node`.
    function record(Submission calldata submission, NodeId node) internal pure returns (StepRecord memory) {
        return
            StepRecord({
                newWeights: submission.newWeights,
                gradient: submission.gradient,
                batch: submission.batch,
                loss: submission.loss,
                node: node
            });
    }

    /// @dev Extends the hash chain of a chain's steps.
    function extend(bytes32 transcript, StepRecord memory settled) internal pure returns (bytes32) {
        return keccak256(abi.encode(transcript, settled));
    }

    /// @dev The public signal that binds a proof to where it counts and who may use it. 248 bits, so below the field
    /// order; a collision needs 2^124 hashes.
    function context(
        CircuitId circuit,
        TaskId task,
        uint256 chain,
        uint256 step,
        address operator
    ) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(block.chainid, address(this), circuit, task, chain, step, operator))) >> 8;
    }

    /// @dev Tells the draws of one ticket apart. A fragment that is drawn again is drawn with another ticket.
    function salt(TaskId task, uint256 chain, uint256 step) internal pure returns (bytes32) {
        return keccak256(abi.encode(task, chain, step));
    }
}
