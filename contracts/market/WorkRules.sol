// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Tiers} from "../matching/Tiers.sol";
import {ANY_DEVICE, DEVICE_CLASSES} from "../types/DeviceClass.sol";
import {CircuitId, TaskId} from "../types/Ids.sol";
import {WorkKind} from "../types/WorkKind.sol";
import {IWorkMarket, Verification, WorkTerms} from "./IWorkMarket.sol";
import {MarketRules} from "./MarketRules.sol";

/// @title WorkRules
/// @notice The rules of a task of work that need no storage: bounds of its terms, money, pairs, claims, proof context.
library WorkRules {
    /// @dev Fragments of one task; bounds every loop and fills one bitmap.
    uint256 internal constant MAX_FRAGMENTS = 64;

    /// @dev Committees that can sit on one fragment, for all of its results together; so many are reserved for.
    uint256 internal constant SITTINGS = 2;

    /// @dev Verifiers of one committee.
    uint256 internal constant MIN_VERIFIERS = 3;
    uint256 internal constant MAX_VERIFIERS = 15;

    /// @dev Most for one verdict = 50 CXT: half of what a silent verifier loses, 1 % of a stake of at least 10,000 CXT.
    uint256 internal constant MAX_VERIFIER_FEE = 50e18;

    /// @dev Part of the fee of a verdict that an abstention earns = a quarter.
    uint256 internal constant ABSTENTION_DIVISOR = 4;

    /// @dev Seconds to commit a verdict, and again to reveal it.
    uint256 internal constant MIN_VOTE_DURATION = 10 minutes;
    uint256 internal constant MAX_VOTE_DURATION = 12 hours;

    /// @dev Seconds in which a verdict can be contested. The longest review has two such times, and must be over before stake can
    /// leave (FM-02).
    uint256 internal constant MIN_CHALLENGE_DURATION = 1 hours;
    uint256 internal constant MAX_CHALLENGE_DURATION = 1 days;

    /// @dev Best score of labels.
    uint256 internal constant MAX_SCORE = 100;

    /// @dev Longest note of an owner, in bytes.
    uint256 internal constant MAX_NOTE_BYTES = 1_024;

    /// @dev Public signals of the circuits that can prove a fragment, hashed.
    bytes32 internal constant EVALUATE_SCHEMA = keccak256("weights,batch,loss,correct,ctx");

    /// @dev Most work that a fragment of a kind can declare, in work units: nobody measures it without a circuit.
    function maxWorkOf(WorkKind kind) internal pure returns (uint256) {
        if (kind == WorkKind.Labelling) return 1e6;
        if (kind == WorkKind.Preprocessing) return 1e8;
        if (kind == WorkKind.Training) return 1e10;
        return 1e9; // Inference, Features
    }

    /// @dev Whether results of the task can be proved.
    function hasCircuit(WorkTerms calldata terms) internal pure returns (bool) {
        return CircuitId.unwrap(terms.circuit) != bytes32(0);
    }

    /// @dev Reverts unless every count, duration and hash of `terms` is inside its hard bounds and they fit each other.
    function requireBounds(WorkTerms calldata terms) internal pure {
        bool isLabelling = terms.kind == WorkKind.Labelling;
        MarketRules.requireWithin("fragments", terms.fragments, 1, MAX_FRAGMENTS);
        require(terms.paired == isLabelling, IWorkMarket.WorkMarketInvalidTerms("paired"));
        require(!terms.paired || terms.fragments % 2 == 0, IWorkMarket.WorkMarketInvalidTerms("fragments"));
        MarketRules.requireWithin("acceptScore", terms.acceptScore, isLabelling ? 1 : 0, isLabelling ? MAX_SCORE : 0);
        MarketRules.requireWithin(
            "fragmentDuration",
            terms.fragmentDuration,
            MarketRules.MIN_FRAGMENT_DURATION,
            MarketRules.MAX_FRAGMENT_DURATION
        );
        MarketRules.requireWithin("device", terms.device, ANY_DEVICE, DEVICE_CLASSES);
        MarketRules.requireWithin("minTier", terms.minTier, 0, Tiers.MAX_TIER);
        MarketRules.requireWithin("workUnits", terms.workUnits, 1, maxWorkOf(terms.kind));
        MarketRules.requireSet("spec", terms.spec);
        MarketRules.requireSet("manifest", terms.manifest);
        _requireCircuitTerms(terms);
        _requireCommitteeTerms(terms);
    }

    /// @dev Reverts unless every amount is worth its work and no draw is worth steering; all are zero on network tasks.
    function requireFees(WorkTerms calldata terms, bool network, uint256 maxFee) internal pure {
        uint256 worth = network ? 0 : terms.workUnits * MarketRules.MIN_FEE_PER_WORK_UNIT;
        MarketRules.requireWithin("feePerFragment", terms.feePerFragment, worth, network ? 0 : maxFee);
        bool judged = !network && terms.verification != Verification.Proof;
        // A verifier does the work again. Without a fee for it an owner would have it done, under threat of a slash, for nothing.
        uint256 least = judged ? (worth < MAX_VERIFIER_FEE ? worth : MAX_VERIFIER_FEE) : 0;
        MarketRules.requireWithin("feePerVerifier", terms.feePerVerifier, least, judged ? MAX_VERIFIER_FEE : 0);
        MarketRules.requireWithin("plants", terms.plants, 0, judged ? terms.fragments : 0);
        bool planted = terms.plants != 0;
        MarketRules.requireWithin("jackpot", terms.jackpot, planted ? 1 : 0, planted ? maxFee : 0);
    }

    /// @dev CXT wei that are reserved for the verifiers of a fragment. At most 2 * 15 * 50 CXT.
    function reserve(WorkTerms calldata terms) internal pure returns (uint256) {
        return SITTINGS * terms.verifiers * terms.feePerVerifier;
    }

    /// @dev CXT wei that a task costs at most. Cannot overflow: at most 64 fragments of 10^26 + 1.5 * 10^21, and 64 jackpots of 10^26.
    function deposit(WorkTerms calldata terms) internal pure returns (uint256) {
        return terms.fragments * (terms.feePerFragment + reserve(terms)) + uint256(terms.plants) * terms.jackpot;
    }

    /// @dev Number of the input of a fragment: the fragments of a pair have the same.
    function inputOf(WorkTerms calldata terms, uint256 fragment) internal pure returns (uint256) {
        return terms.paired ? fragment / 2 : fragment;
    }

    /// @dev What a node submits that claims this.
    function claimResult(uint256 batch, uint256 loss, uint256 correct) internal pure returns (bytes32) {
        return keccak256(abi.encode(batch, loss, correct));
    }

    /// @dev The public signal that binds a proof to where it counts and who may use it. 248 bits, so below the field order; a
    /// collision needs 2^124 hashes.
    function context(
        address market,
        CircuitId circuit,
        TaskId task,
        uint256 fragment,
        address operator
    ) internal view returns (uint256) {
        return uint256(keccak256(abi.encode(block.chainid, market, circuit, task, fragment, operator))) >> 8;
    }

    /// @dev Tells the draws of one ticket apart. A fragment that is drawn again is drawn with another ticket.
    function salt(TaskId task, uint256 fragment) internal pure returns (bytes32) {
        return keccak256(abi.encode(task, fragment));
    }

    /// @dev Without a circuit, what only a circuit looks at is zero; only verifiers can judge then.
    function _requireCircuitTerms(WorkTerms calldata terms) private pure {
        if (hasCircuit(terms)) {
            MarketRules.requireSet("weights", bytes32(terms.weights));
            MarketRules.requireSet("inputRoot", terms.inputRoot);
            return;
        }
        require(terms.verification == Verification.Committee, IWorkMarket.WorkMarketInvalidTerms("circuit"));
        require(terms.weights == 0, IWorkMarket.WorkMarketInvalidTerms("weights"));
        require(terms.inputRoot == bytes32(0), IWorkMarket.WorkMarketInvalidTerms("inputRoot"));
    }

    /// @dev Without verifiers, nobody looks at what only they look at.
    function _requireCommitteeTerms(WorkTerms calldata terms) private pure {
        if (terms.verification == Verification.Proof) {
            return MarketRules.requireWithin("verifiers", terms.verifiers, 0, 0);
        }
        MarketRules.requireWithin("verifiers", terms.verifiers, MIN_VERIFIERS, MAX_VERIFIERS);
        require(terms.verifiers % 2 == 1, IWorkMarket.WorkMarketInvalidTerms("verifiers"));
        MarketRules.requireWithin("voteDuration", terms.voteDuration, MIN_VOTE_DURATION, MAX_VOTE_DURATION);
        MarketRules.requireWithin(
            "challengeDuration",
            terms.challengeDuration,
            MIN_CHALLENGE_DURATION,
            MAX_CHALLENGE_DURATION
        );
        MarketRules.requireSet("plantRoot", terms.plantRoot);
    }
}
