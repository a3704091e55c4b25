// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Delivery, WorkTerms} from "../../contracts/market/IWorkMarket.sol";
import {ReviewRules} from "../../contracts/review/ReviewRules.sol";
import {TaskId} from "../../contracts/types/Ids.sol";
import {BPS} from "../../contracts/types/Units.sol";
import {WorkKind} from "../../contracts/types/WorkKind.sol";

/// @dev The pure rules of the review, against what the specification says.
contract ReviewRulesTest {
    /// @dev X6: the better the reputation the less is audited, and never less than a tenth.
    function testFuzz_auditRateUp_isMonotoneAboveItsFloor(
        uint8 kind,
        uint96 bond,
        uint16 low,
        uint16 high
    ) public pure {
        WorkKind chosen = WorkKind(kind % 5);
        if (low > high) (low, high) = (high, low);
        uint256 worse = ReviewRules.auditRateUp(chosen, bond, low);
        uint256 better = ReviewRules.auditRateUp(chosen, bond, high);
        require(better <= worse, "a better node is audited more");
        require(better >= 1_000 && worse <= BPS, "out of bounds");
        if (chosen == WorkKind.Labelling || bond == 0 || low <= 5_000) require(worse == BPS, "spared");
    }

    /// @dev The line between one half and one, rounded up: within one basis point of the exact value.
    function testFuzz_auditRateUp_isTheLine(uint16 score) public pure {
        uint256 scoreBps = 5_000 + (uint256(score) % 5_001);
        uint256 rate = ReviewRules.auditRateUp(WorkKind.Inference, 1, scoreBps);
        // rate - 1,000 = (10,000 - score) x 9,000 / 5,000
        uint256 scaled = (rate - 1_000) * 5_000;
        uint256 exact = (10_000 - scoreBps) * 9_000;
        require(scaled >= exact && scaled < exact + 5_000, "another line");
    }

    function test_auditRateUp_atTheEnds() public pure {
        require(ReviewRules.auditRateUp(WorkKind.Inference, 1, 5_000) == 10_000, "one half");
        require(ReviewRules.auditRateUp(WorkKind.Inference, 1, 7_500) == 5_500, "three quarters");
        require(ReviewRules.auditRateUp(WorkKind.Inference, 1, 10_000) == 1_000, "one");
        require(ReviewRules.auditRateUp(WorkKind.Training, 0, 10_000) == 10_000, "no bond");
        require(ReviewRules.auditRateUp(WorkKind.Labelling, 1, 10_000) == 10_000, "labels");
    }

    /// @dev A rate of all chooses all, of none none; a higher rate chooses whatever a lower one chooses.
    function testFuzz_isChosen_growsWithTheRate(
        bytes32 entropy,
        bytes32 task,
        uint32 fragment,
        uint16 rate
    ) public pure {
        TaskId id = TaskId.wrap(task);
        require(ReviewRules.isChosen(entropy, id, fragment, 1, BPS), "all");
        require(!ReviewRules.isChosen(entropy, id, fragment, 1, 0), "none");
        uint256 lower = uint256(rate) % BPS;
        bool chosen = ReviewRules.isChosen(entropy, id, fragment, 1, lower);
        require(!chosen || ReviewRules.isChosen(entropy, id, fragment, 1, lower + 1), "a higher rate spares");
    }

    /// @dev Of 10,000 results under one value of entropy, a rate of 28 % chooses 28 %, within five standard deviations: 225.
    function test_isChosen_isAsOftenAsTheRate() public pure {
        uint256 chosen;
        for (uint32 i = 0; i < 10_000; ++i) {
            if (ReviewRules.isChosen("entropy", TaskId.wrap("task"), i % 64, i / 64, 2_800)) ++chosen;
        }
        require(chosen > 2_575 && chosen < 3_025, "another rate");
    }

    function testFuzz_siblingOf_isAnInvolution(uint32 fragment) public pure {
        uint32 sibling = ReviewRules.siblingOf(fragment);
        require(sibling != fragment && sibling / 2 == fragment / 2, "another pair");
        require(ReviewRules.siblingOf(sibling) == fragment, "no pair");
    }

    function testFuzz_pairOpenUntil_isBounded(uint32 duration, uint32 vote, uint40 submittedAt) public view {
        WorkTerms memory terms;
        (terms.fragmentDuration, terms.voteDuration) = (duration, vote);
        Delivery memory delivery;
        delivery.submittedAt = submittedAt;
        uint256 until = this.pairOpenUntil(terms, delivery);
        uint256 wished = uint256(submittedAt) + duration + vote;
        uint256 latest = uint256(submittedAt) + ReviewRules.MAX_PAIR_WAIT;
        require(until == (wished < latest ? wished : latest), "another wait");
    }

    function testFuzz_qualityOf_isAtLeastWhatIsAccepted(uint8 score, uint8 acceptScore) public view {
        WorkTerms memory terms;
        (score, acceptScore) = (score % 101, 1 + (acceptScore % 100));
        (terms.kind, terms.acceptScore) = (WorkKind.Labelling, acceptScore);
        require(this.qualityOf(terms, score) == 100 * uint256(score > acceptScore ? score : acceptScore), "labels");
        (terms.kind, terms.acceptScore) = (WorkKind.Features, 0);
        require(this.qualityOf(terms, score) == BPS, "whole");
    }

    /// @dev Only what the owner committed to is a plant: of this fragment, this result, with this salt.
    function testFuzz_isPlant_onlyOfTheLeaf(uint32 fragment, bytes32 result, bytes32 salt, bytes32 other) public view {
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(fragment, result, salt))));
        bytes32[] memory path = new bytes32[](1);
        path[0] = other;
        bytes32 root = leaf < other ? keccak256(abi.encode(leaf, other)) : keccak256(abi.encode(other, leaf));
        require(this.isPlant(root, fragment, result, salt, path), "a plant");
        unchecked {
            require(!this.isPlant(root, fragment + 1, result, salt, path), "another fragment");
            require(!this.isPlant(root, fragment, bytes32(uint256(result) + 1), salt, path), "another result");
            require(!this.isPlant(root, fragment, result, bytes32(uint256(salt) + 1), path), "another salt");
        }
        require(!this.isPlant(root, fragment, result, salt, new bytes32[](0)), "without a proof");
    }

    function pairOpenUntil(WorkTerms calldata terms, Delivery memory delivery) external pure returns (uint256) {
        return ReviewRules.pairOpenUntil(terms, delivery);
    }

    function qualityOf(WorkTerms calldata terms, uint256 score) external pure returns (uint256) {
        return ReviewRules.qualityOf(terms, score);
    }

    function isPlant(
        bytes32 root,
        uint32 fragment,
        bytes32 result,
        bytes32 salt,
        bytes32[] calldata path
    ) external pure returns (bool) {
        return ReviewRules.isPlant(root, fragment, result, salt, path);
    }
}
