// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Tiers} from "../matching/Tiers.sol";
import {ANY_DEVICE, DEVICE_CLASSES} from "../types/DeviceClass.sol";
import {CircuitId, NodeId, TaskId} from "../types/Ids.sol";
import {BPS, WAD} from "../types/Units.sol";
import {Cursor} from "./Fragments.sol";
import {ITaskMarket, StepRecord, Submission, TaskTerms} from "./ITaskMarket.sol";

/// @title TaskRules
/// @notice The rules of a task that need no storage: bounds of its terms, fees, shards, transcripts, proof context.
library TaskRules {
    /// @dev Chains of one task: bounds the loop over heads in `ModelRegistry.register`.
    uint256 internal constant MAX_CHAINS = 64;

    /// @dev Steps of one chain.
    uint256 internal constant MAX_STEPS = 1_000_000;

    /// @dev Shards of one chain.
    uint256 internal constant MAX_SHARDS_PER_CHAIN = 1_000_000;

    /// @dev Seconds from assignment to submission: one minute, so that no owner can race everybody but its own node,
    /// to seven days.
    uint256 internal constant MIN_FRAGMENT_DURATION = 1 minutes;
    uint256 internal constant MAX_FRAGMENT_DURATION = 7 days;

    /// @dev Least fee per multiply-accumulate: 0.000001 CXT, so that dust cannot buy draws.
    uint256 internal constant MIN_FEE_PER_WORK_UNIT = 1e12;

    /// @dev Most for one fragment, whatever the entropy is good for: the whole supply of 100,000,000 CXT. Keeps every product
    /// below 2^256.
    uint256 internal constant MAX_FEE = 100_000_000e18;

    /// @dev A draw is worth at most the fee and twice as much from the pool (`RewardDistributor.MAX_MATCH_BPS`).
    uint256 internal constant DRAW_VALUE_PER_FEE = 3;

    /// @dev Part of the fee that a staked node's stake answers for while it has a fragment of a market task = 50 %.
    uint256 internal constant BOND_BPS = 5_000;

    /// @dev Fee per fragment from which staked high tiers are drawn first: 100 CXT.
    uint256 internal constant HIGH_VALUE_FEE = 100e18;

    /// @dev Seconds for which a high-value fragment asks for the highest tier, before it asks for one lower, and so on.
    uint256 internal constant PRIORITY_WINDOW = 1 minutes;

    /// @dev Reverts unless every count, duration and hash of `terms` is inside its hard bounds.
    function requireBounds(TaskTerms calldata terms) internal pure {
        _requireWithin("chains", terms.chains, 1, MAX_CHAINS);
        _requireWithin("steps", terms.steps, 1, MAX_STEPS);
        _requireWithin("shardsPerChain", terms.shardsPerChain, 1, MAX_SHARDS_PER_CHAIN);
        _requireWithin("fragmentDuration", terms.fragmentDuration, MIN_FRAGMENT_DURATION, MAX_FRAGMENT_DURATION);
        _requireWithin("device", terms.device, ANY_DEVICE, DEVICE_CLASSES);
        _requireWithin("minTier", terms.minTier, 0, Tiers.MAX_TIER);
        _requireSet("shardRoot", terms.shardRoot);
        _requireSet("initialWeights", terms.initialWeights);
        _requireSet("manifest", terms.manifest);
    }

    /// @dev Largest fee of a fragment whose draw may be worth `maxDrawValue`.
    function maxFeeDown(uint256 maxDrawValue) internal pure returns (uint256) {
        uint256 safe = maxDrawValue / DRAW_VALUE_PER_FEE;
        return safe < MAX_FEE ? safe : MAX_FEE;
    }

    /// @dev Reverts unless the fee of a market task is worth its work and its draws are not worth steering.
    function requireFee(TaskTerms calldata terms, uint256 workUnits, uint256 maxFee) internal pure {
        _requireWithin("feePerFragment", terms.feePerFragment, workUnits * MIN_FEE_PER_WORK_UNIT, maxFee);
    }

    /// @dev Reverts unless the fee of a network task is zero.
    function requireNoFee(TaskTerms calldata terms) internal pure {
        _requireWithin("feePerFragment", terms.feePerFragment, 0, 0);
    }

    /// @dev Number of fragments of a task. At most 64 * 10^6.
    function fragmentCount(TaskTerms calldata terms) internal pure returns (uint256) {
        return uint256(terms.chains) * terms.steps;
    }

    /// @dev Splits the fee of one fragment into what the node gets and what the protocol gets, rounded up.
    function splitFee(uint256 fee, uint256 protocolFeeBps) internal pure returns (uint256 paid, uint256 protocolFeeUp) {
        // Cannot overflow: fee <= 1e26 and protocolFeeBps <= 1,000.
        protocolFeeUp = (fee * protocolFeeBps + BPS - 1) / BPS;
        paid = fee - protocolFeeUp;
    }

    /// @dev CXT wei of a staked node's stake that answer for one fragment, rounded down.
    function bondDown(TaskTerms calldata terms) internal pure returns (uint256) {
        return (terms.feePerFragment * BOND_BPS) / BPS;
    }

    /// @dev Protocol fee that is kept of the fee of an open fragment that will not be done, rounded up: none, unless a node missed
    /// it or gave it back. An owner that hides its data from others would otherwise cancel and publish again for nothing until
    /// its own node is drawn first, and earn the match each time (ADR 0013).
    function keptUp(
        TaskTerms calldata terms,
        Cursor memory cursor,
        uint256 protocolFeeBps
    ) internal pure returns (uint256 kept) {
        if (NodeId.unwrap(cursor.missed) != 0) (, kept) = splitFee(terms.feePerFragment, protocolFeeBps);
    }

    /// @dev CXT wei held for the assigned fragment; zero when its node works without bond.
    function bondOf(TaskTerms calldata terms, Cursor memory cursor) internal pure returns (uint256) {
        return cursor.bonded ? bondDown(terms) : 0;
    }

    /// @dev Lowest tier in the draw of a fragment that `waited` seconds before the draw was requested. High-value fragments
    /// go to tier 4, which needs stake, then open by one tier each window down to what the owner asked for.
    function openTier(TaskTerms calldata terms, uint256 waited) internal pure returns (uint8) {
        if (terms.feePerFragment < HIGH_VALUE_FEE) return terms.minTier;
        uint256 opened = waited / PRIORITY_WINDOW;
        if (opened >= Tiers.MAX_TIER - terms.minTier) return terms.minTier;
        return uint8(Tiers.MAX_TIER - opened);
    }

    /// @dev Quality of work proved in time, scaled by WAD: one if at least half of the time is left, falling in a straight
    /// line to one half at the deadline. Rounded down. Preconditions: timestamp <= deadline, duration > 0.
    function qualityDown(uint256 deadline, uint256 duration, uint256 timestamp) internal pure returns (uint256) {
        uint256 left = deadline - timestamp;
        return 2 * left >= duration ? WAD : WAD / 2 + (left * WAD) / duration;
    }

    /// @dev Index of the shard that step `step` of chain `chain` trains on: each chain walks its shards in a circle.
    function shardIndex(TaskTerms calldata terms, uint256 chain, uint256 step) internal pure returns (uint256) {
        return chain * terms.shardsPerChain + (step % terms.shardsPerChain);
    }

    /// @dev Whether the shard committed to by `batch` is number `index` of the task. The leaf is hashed twice so that
    /// an inner node can never pass for one.
    function isShard(
        TaskTerms calldata terms,
        uint256 index,
        uint256 batch,
        bytes32[] calldata path
    ) internal pure returns (bool) {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(index, batch))));
        return MerkleProof.verifyCalldata(path, terms.shardRoot, leaf);
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

    /// @dev Extends the hash chain of a chain's steps.
    function extend(bytes32 transcript, StepRecord memory record) internal pure returns (bytes32) {
        return keccak256(abi.encode(transcript, record));
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

    function _requireWithin(bytes32 term, uint256 value, uint256 minimum, uint256 maximum) private pure {
        require(
            value >= minimum && value <= maximum,
            ITaskMarket.TaskMarketTermOutOfBounds(term, value, minimum, maximum)
        );
    }

    function _requireSet(bytes32 term, bytes32 value) private pure {
        require(value != bytes32(0), ITaskMarket.TaskMarketEmptyTerm(term));
    }
}
