// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Delivery, WorkTerms} from "../market/IWorkMarket.sol";
import {TaskId} from "../types/Ids.sol";
import {BPS} from "../types/Units.sol";
import {WorkKind} from "../types/WorkKind.sol";

/// @title ReviewRules
/// @notice How often results are audited, what chance says, how good an accepted result is and what a plant is, pure.
library ReviewRules {
    /// @dev Committees that sit on a fragment at most, for all of its results together.
    uint256 internal constant MAX_SITTINGS = 2;

    /// @dev Part of the results of a node of the best reputation that verifiers judge = 10 %.
    uint256 internal constant MIN_AUDIT_BPS = 1_000;

    /// @dev Reputation in basis points up to which every result is judged = one half, where every node begins.
    uint256 internal constant TRUSTED_FROM_BPS = 5_000;

    /// @dev Seconds for which a result of a pair waits for the other, at most: a day, however long a node may take. So
    /// no stake leaves before it is known what it answers for (FM-02).
    uint256 internal constant MAX_PAIR_WAIT = 1 days;

    /// @dev Returns the chance that a delivered result is audited, in basis points, rounded up: against the node.
    ///
    /// rate = BPS                                                              labels, no bond, or score <= 5,000
    /// rate = MIN_AUDIT_BPS + (BPS - score) x (BPS - MIN_AUDIT_BPS) / (BPS - TRUSTED_FROM_BPS)      else
    ///
    /// Falls from BPS at a score of 5,000 to MIN_AUDIT_BPS at 10,000. Cannot overflow: scores are at most BPS, which saturates.
    function auditRateUp(WorkKind kind, uint256 bond, uint256 scoreBps) internal pure returns (uint256 rateBps) {
        if (kind == WorkKind.Labelling || bond == 0 || scoreBps <= TRUSTED_FROM_BPS) return BPS;
        uint256 missing = Math.saturatingSub(BPS, scoreBps);
        return MIN_AUDIT_BPS + Math.ceilDiv(missing * (BPS - MIN_AUDIT_BPS), BPS - TRUSTED_FROM_BPS);
    }

    /// @dev Whether chance chooses the result. No draw shares its value with another result: the time of a submission tells
    /// two results of one fragment apart. The remainder favours no value by more than 1 in 2^242.
    function isChosen(
        bytes32 entropy,
        TaskId task,
        uint32 fragment,
        uint256 submittedAt,
        uint256 rateBps
    ) internal pure returns (bool) {
        return uint256(keccak256(abi.encode(entropy, task, fragment, submittedAt))) % BPS < rateBps;
    }

    /// @dev The other fragment with the same input.
    function siblingOf(uint32 fragment) internal pure returns (uint32) {
        return fragment ^ 1;
    }

    /// @dev Last second for which a result of a pair waits for the other: as long as its node may take, and a vote longer, in
    /// which it may be drawn, but no longer than `MAX_PAIR_WAIT`. Cannot overflow: durations are below 2^32, seconds below 2^40.
    function pairOpenUntil(WorkTerms calldata terms, Delivery memory delivery) internal pure returns (uint256) {
        uint256 wait = uint256(terms.fragmentDuration) + terms.voteDuration;
        return delivery.submittedAt + Math.min(wait, MAX_PAIR_WAIT);
    }

    /// @dev Quality of an accepted result in basis points: of labels what verifiers found, and what the terms accept at least,
    /// for those that a court accepted. Scores are at most 100.
    function qualityOf(WorkTerms calldata terms, uint256 score) internal pure returns (uint256 qualityBps) {
        if (terms.kind != WorkKind.Labelling) return BPS;
        return (Math.max(score, terms.acceptScore) * BPS) / 100;
    }

    /// @dev Whether the owner committed to `result` as a planted result of `fragment`. The leaf is hashed twice so that an inner
    /// node can never pass for one; the salt keeps others from trying results.
    function isPlant(
        bytes32 plantRoot,
        uint32 fragment,
        bytes32 result,
        bytes32 salt,
        bytes32[] calldata plantProof
    ) internal pure returns (bool) {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(fragment, result, salt))));
        return MerkleProof.verifyCalldata(plantProof, plantRoot, leaf);
    }
}
