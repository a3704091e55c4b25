// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {CommitteeRules} from "../../contracts/committee/CommitteeRules.sol";
import {CaseOutcome, Truth, Vote} from "../../contracts/committee/IVerifierCommittee.sol";
import {SlashingRules} from "../../contracts/staking/SlashingRules.sol";
import {Offence} from "../../contracts/types/Offence.sol";
import {WorkKind} from "../../contracts/types/WorkKind.sol";

/// @dev Rules of the committee against plain versions of them.
contract CommitteeRulesTest {
    /// @dev The lower median is the score of which at most half are below, and more than half are not above.
    function testFuzz_medianDown_isTheLowerMedian(uint8[15] memory raw, uint256 countSeed) public pure {
        uint256 count = 1 + (countSeed % 15);
        uint256[] memory scores = new uint256[](15);
        for (uint256 i = 0; i < 15; ++i) scores[i] = raw[i] % 101;
        uint256 median = CommitteeRules.medianDown(scores, count);
        (uint256 below, uint256 atMost) = (0, 0);
        for (uint256 i = 0; i < count; ++i) {
            if (raw[i] % 101 < median) ++below;
            if (raw[i] % 101 <= median) ++atMost;
        }
        require(atMost > below, "a score that somebody gave");
        require(below <= (count - 1) / 2 && (count - 1) / 2 < atMost, "lower median");
    }

    /// @dev Counted one by one: what fewer than half of the seats say is never an outcome, and a tie is none.
    function testFuzz_conclude_exactKinds(uint256 seatsSeed, uint256 votesSeed, uint256 kindSeed) public pure {
        uint256 seats = 3 + (seatsSeed % 13);
        WorkKind kind = [WorkKind.Inference, WorkKind.Features, WorkKind.Preprocessing, WorkKind.Training][
            kindSeed % 4
        ];
        (uint256 accepts, uint256 rejects) = (0, 0);
        for (uint256 i = 0; i < seats; ++i) {
            uint256 vote = (votesSeed >> (2 * i)) & 3;
            if (vote == 1) ++accepts;
            if (vote == 2) ++rejects;
        }
        (CaseOutcome outcome, uint256 score) = CommitteeRules.conclude(
            kind,
            0,
            seats,
            accepts + rejects,
            accepts,
            new uint256[](seats)
        );
        CaseOutcome expected = CaseOutcome.Unverified;
        if (accepts + rejects >= seats / 2 + 1) {
            if (rejects > accepts) expected = CaseOutcome.Rejected;
            else if (kind == WorkKind.Training) {
                if (2 * rejects <= accepts) expected = CaseOutcome.Accepted;
            } else if (accepts > rejects) expected = CaseOutcome.Accepted;
        }
        require(outcome == expected, "outcome");
        require(score == (outcome == CaseOutcome.Accepted ? 100 : 0), "score");
    }

    /// @dev Labels are accepted exactly when more than half of those who judged gave an accepted score, or, of an odd
    /// number, at least as many as make the middle one.
    function testFuzz_conclude_labels(
        uint8[15] memory raw,
        uint256 seatsSeed,
        uint256 judgedSeed,
        uint256 bar
    ) public pure {
        uint256 seats = 3 + (seatsSeed % 13);
        uint256 judged = judgedSeed % (seats + 1);
        uint256 acceptScore = 1 + (bar % 100);
        uint256[] memory scores = new uint256[](15);
        uint256 accepts = 0;
        for (uint256 i = 0; i < judged; ++i) {
            scores[i] = raw[i] % 101;
            if (scores[i] >= acceptScore) ++accepts;
        }
        (CaseOutcome outcome, uint256 score) = CommitteeRules.conclude(
            WorkKind.Labelling,
            acceptScore,
            seats,
            judged,
            accepts,
            scores
        );
        if (2 * judged <= seats) require(outcome == CaseOutcome.Unverified && score == 0, "no quorum");
        else require((outcome == CaseOutcome.Accepted) == (2 * accepts > judged), "majority");
        require(outcome != CaseOutcome.Accepted || score >= acceptScore, "score");
    }

    /// @dev Verdict and score of labels never contradict each other, and nothing else has a score.
    function testFuzz_isVote(uint256 kindSeed, uint256 voteSeed, uint8 score, uint256 bar) public pure {
        (WorkKind kind, Vote vote) = (WorkKind(kindSeed % 5), Vote(voteSeed % 4));
        uint256 acceptScore = kind == WorkKind.Labelling ? 1 + (bar % 100) : 0;
        bool expected = vote != Vote.None && score == 0;
        if (kind == WorkKind.Labelling && vote == Vote.Accept) expected = score >= acceptScore && score <= 100;
        if (kind == WorkKind.Labelling && vote == Vote.Reject) expected = score < acceptScore;
        require(CommitteeRules.isVote(kind, acceptScore, vote, score) == expected, "vote");
    }

    /// @dev A verdict is right, wrong or neither; abstaining and the unknown truth are neither.
    function testFuzz_coherence(uint256 voteSeed, uint256 truthSeed) public pure {
        (Vote vote, Truth truth) = (Vote(voteSeed % 4), Truth(truthSeed % 4));
        bool wrong = CommitteeRules.offenceOf(vote, truth) != Offence.None;
        bool right = CommitteeRules.isCoherent(vote, truth);
        bool neither = vote == Vote.None || vote == Vote.Abstain || truth == Truth.Unknown;
        require(neither ? !wrong && !right : wrong != right, "coherence");
    }

    /// @dev INV-VER-1 rests on it: what a seat holds covers the dearest verdict, and is never more than the stake.
    function testFuzz_holdUp_coversEveryVerdict(uint256 stake) public pure {
        stake %= 2 ** 88;
        uint256 held = CommitteeRules.holdUp(stake);
        require(held <= stake, "more than the stake");
        for (uint256 i = uint256(Offence.UnrevealedVote); i <= uint256(Offence.ApprovedPlant); ++i) {
            require(SlashingRules.slashUp(Offence(i), stake) <= held, "not covered");
        }
    }

    /// @dev A weight fits the trees, is zero exactly for who does not qualify, and rises with stake and score alone.
    function testFuzz_weightDown(uint256 stake, uint256 score, uint256 tier) public pure {
        (stake, score, tier) = (stake % 2 ** 88, score % (1e18 + 1), tier % 5);
        uint256 weight = CommitteeRules.weightDown(stake, score, tier);
        require((weight != 0) == (stake >= 10_000e18 && score >= 0.6e18 && tier >= 2), "qualified");
        require(weight <= 10_000_000, "too heavy");
        require(CommitteeRules.weightDown(stake + 1e18, score, tier) >= weight, "stake");
        require(score == 1e18 || CommitteeRules.weightDown(stake, score + 1, tier) >= weight, "score");
    }
}
