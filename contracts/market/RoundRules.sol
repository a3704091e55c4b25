// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {Tiers} from "../matching/Tiers.sol";
import {ANY_DEVICE, DEVICE_CLASSES} from "../types/DeviceClass.sol";
import {CircuitId, TaskId} from "../types/Ids.sol";
import {TaskStatus} from "./IMarket.sol";
import {Phase, RoundRecord, RoundState, RoundTerms} from "./IRoundMarket.sol";
import {MarketRules} from "./MarketRules.sol";

/// @title RoundRules
/// @notice The rules of a task of rounds that need no storage: bounds of its terms, fees, phases, shards, shares, transcript,
/// proof context.
library RoundRules {
    /// @dev Gradients of one round; bounds every loop, and the number of public signals of a step.
    uint256 internal constant MAX_LANES = 16;

    /// @dev Held-out shards of one task.
    uint256 internal constant MAX_HELD_OUT = 16;

    /// @dev Rounds of one task.
    uint256 internal constant MAX_ROUNDS = 1_000_000;

    /// @dev Training shards of one task.
    uint256 internal constant MAX_SHARDS = 1_000_000;

    /// @dev Most seconds that a round waits for lanes beyond its quorum.
    uint256 internal constant MAX_ROUND_DURATION = 30 days;

    /// @dev Number of the fragment that applies the gradients of a round; those below are lanes.
    uint256 internal constant APPLY_FRAGMENT = MAX_LANES;

    /// @dev Number of the fragment that evaluates held-out shard 0.
    uint256 internal constant FIRST_EVALUATION = MAX_LANES + 1;

    /// @dev Parts that the present gradients share: 2^8, the `SHARE_BITS` of the circuit.
    uint256 internal constant SHARE_PARTS = 256;

    /// @dev Public signals of the circuits, hashed.
    bytes32 internal constant GRADIENT_SCHEMA = keccak256("weights,gradient,batch,loss,ctx");
    bytes32 internal constant EVALUATE_SCHEMA = keccak256("weights,batch,loss,correct,ctx");

    /// @dev Public signals of the circuit that applies `lanes` gradients, hashed.
    function applySchema(uint256 lanes) internal pure returns (bytes32) {
        string memory count = Strings.toString(lanes);
        return
            keccak256(bytes.concat("weights,newWeights,gradients[", bytes(count), "],shares[", bytes(count), "],ctx"));
    }

    /// @dev Reverts unless every count, duration and hash of `terms` is inside its hard bounds.
    function requireBounds(RoundTerms calldata terms) internal pure {
        MarketRules.requireWithin("lanes", terms.lanes, 1, MAX_LANES);
        MarketRules.requireWithin("quorum", terms.quorum, 1, terms.lanes);
        MarketRules.requireWithin("rounds", terms.rounds, 1, MAX_ROUNDS);
        MarketRules.requireWithin("shards", terms.shards, 1, MAX_SHARDS);
        MarketRules.requireWithin(
            "fragmentDuration",
            terms.fragmentDuration,
            MarketRules.MIN_FRAGMENT_DURATION,
            MarketRules.MAX_FRAGMENT_DURATION
        );
        // A lane that its first node failed has the time of another.
        MarketRules.requireWithin("roundDuration", terms.roundDuration, terms.fragmentDuration, MAX_ROUND_DURATION);
        MarketRules.requireWithin("device", terms.device, ANY_DEVICE, DEVICE_CLASSES);
        MarketRules.requireWithin("minTier", terms.minTier, 0, Tiers.MAX_TIER);
        MarketRules.requireSet("shardRoot", terms.shardRoot);
        MarketRules.requireSet("initialWeights", bytes32(terms.initialWeights));
        MarketRules.requireSet("manifest", terms.manifest);
        bool evaluates = CircuitId.unwrap(terms.evaluateCircuit) != bytes32(0);
        MarketRules.requireWithin("heldOut", terms.heldOut, evaluates ? 1 : 0, evaluates ? MAX_HELD_OUT : 0);
        if (evaluates) MarketRules.requireSet("heldOutRoot", terms.heldOutRoot);
        else MarketRules.requireWithin("heldOutRoot", uint256(terms.heldOutRoot), 0, 0);
    }

    /// @dev Reverts unless a fee is worth its work and its draw is not worth steering; zero on network tasks.
    function requireFee(bytes32 term, uint256 fee, uint256 workUnits, bool network, uint256 maxFee) internal pure {
        uint256 minimum = network ? 0 : workUnits * MarketRules.MIN_FEE_PER_WORK_UNIT;
        MarketRules.requireWithin(term, fee, minimum, network ? 0 : maxFee);
    }

    /// @dev Phase of a fragment and its index in that phase, whether or not a task has it.
    function placeOf(uint256 fragment) internal pure returns (Phase phase, uint256 index) {
        if (fragment < APPLY_FRAGMENT) return (Phase.Gradients, fragment);
        if (fragment == APPLY_FRAGMENT) return (Phase.Applying, 0);
        return (Phase.Evaluating, fragment - FIRST_EVALUATION);
    }

    /// @dev Number of the fragment at `index` of a phase. The cast is safe: at most 32.
    function fragmentAt(Phase phase, uint256 index) internal pure returns (uint16) {
        if (phase == Phase.Gradients) return uint16(index);
        return uint16(phase == Phase.Applying ? APPLY_FRAGMENT : FIRST_EVALUATION + index);
    }

    /// @dev Number of fragments of a phase.
    function countOf(RoundTerms calldata terms, Phase phase) internal pure returns (uint256) {
        if (phase == Phase.Gradients) return terms.lanes;
        return phase == Phase.Applying ? 1 : terms.heldOut;
    }

    /// @dev Fee of a fragment of a phase, in CXT wei.
    function feeOf(RoundTerms calldata terms, Phase phase) internal pure returns (uint256) {
        if (phase == Phase.Gradients) return terms.feePerGradient;
        return phase == Phase.Applying ? terms.feePerApply : terms.feePerEvaluation;
    }

    /// @dev Fees of the whole task. Cannot overflow: at most 10^6 * 17 + 16 fees of 10^26.
    function totalFees(RoundTerms calldata terms) internal pure returns (uint256) {
        return terms.rounds * feesOfRound(terms) + terms.heldOut * terms.feePerEvaluation;
    }

    /// @dev Fees of the fragments of an active task that are neither settled nor dropped.
    function unsettledFees(RoundTerms calldata terms, RoundState memory state) internal pure returns (uint256 fees) {
        if (state.phase == Phase.Evaluating) return (terms.heldOut - countOf(state.settled)) * terms.feePerEvaluation;
        fees = (terms.rounds - state.round - 1) * feesOfRound(terms) + terms.feePerApply;
        fees += terms.heldOut * terms.feePerEvaluation;
        if (state.phase == Phase.Gradients) fees += (terms.lanes - countOf(state.settled)) * terms.feePerGradient;
    }

    function feesOfRound(RoundTerms calldata terms) internal pure returns (uint256) {
        return terms.lanes * terms.feePerGradient + terms.feePerApply;
    }

    /// @dev Number of bits that are set among the lowest 16.
    function countOf(uint256 mask) internal pure returns (uint256 count) {
        for (; mask != 0; mask &= mask - 1) ++count;
    }

    /// @dev Whether the fragment at `index` of a phase is waited for: of an active task, not settled; of a cancelled one, reserved.
    function isOpen(RoundState memory state, Phase phase, uint256 index) internal pure returns (bool) {
        if (state.phase != phase) return false;
        if (state.status == TaskStatus.Cancelled) return (state.reserved >> index) & 1 == 1;
        return state.status == TaskStatus.Active && (phase == Phase.Applying || (state.settled >> index) & 1 == 0);
    }

    /// @dev Settles the open fragment at `index` of the open phase, and moves an active task on when it was the last one.
    /// @return opened Whether fragments are to be opened.
    function settle(
        RoundState memory state,
        RoundTerms calldata terms,
        uint256 index
    ) internal pure returns (bool opened) {
        // The casts are safe: `index` is below 16. In Applying the bits say which lanes have a gradient.
        uint16 bit = uint16(1 << index);
        if (state.phase != Phase.Applying) state.settled |= bit;
        if (state.status == TaskStatus.Cancelled) {
            state.reserved &= ~bit;
            return false;
        }
        if (state.phase == Phase.Applying) {
            state.round += 1;
            state.settled = 0;
            if (state.round < terms.rounds) state.phase = Phase.Gradients;
            else if (terms.heldOut != 0) state.phase = Phase.Evaluating;
            else state.status = TaskStatus.Completed;
        } else if (countOf(state.settled) < countOf(terms, state.phase)) {
            return false;
        } else if (state.phase == Phase.Gradients) {
            state.phase = Phase.Applying;
        } else {
            state.status = TaskStatus.Completed;
        }
        return state.status == TaskStatus.Active;
    }

    /// @dev Index of the shard that lane `lane` of round `round` trains on: rounds walk the shards in a circle.
    function shardIndex(RoundTerms calldata terms, uint256 round, uint256 lane) internal pure returns (uint256) {
        return (round * terms.lanes + lane) % terms.shards;
    }

    /// @dev Shares of `lanes` gradients in 256 parts: equal over the present ones, the first 256 mod n of them one more.
    function sharesOf(uint256 present, uint256 lanes) internal pure returns (uint256[] memory shares) {
        shares = new uint256[](lanes);
        uint256 count = countOf(present);
        if (count == 0) return shares;
        uint256 more = SHARE_PARTS % count;
        for (uint256 lane = 0; lane < lanes; ++lane) {
            if ((present >> lane) & 1 == 0) continue;
            shares[lane] = SHARE_PARTS / count + (more != 0 ? 1 : 0);
            if (more != 0) --more;
        }
    }

    /// @dev Extends the hash chain of a task's settled fragments.
    function extend(bytes32 transcript, RoundRecord memory record) internal pure returns (bytes32) {
        return keccak256(abi.encode(transcript, record));
    }

    /// @dev The public signal that binds a proof to where it counts and who may use it. 248 bits, so below the field order; a
    /// collision needs 2^124 hashes.
    function context(
        CircuitId circuit,
        TaskId task,
        uint256 fragment,
        uint256 round,
        address operator
    ) internal view returns (uint256) {
        return
            uint256(keccak256(abi.encode(block.chainid, address(this), circuit, task, fragment, round, operator))) >> 8;
    }

    /// @dev Tells the draws of one ticket apart. A fragment that is drawn again is drawn with another ticket.
    function salt(TaskId task, uint256 fragment, uint256 round) internal pure returns (bytes32) {
        return keccak256(abi.encode(task, fragment, round));
    }
}
