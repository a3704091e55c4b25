// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Offence} from "../types/Offence.sol";
import {BPS} from "../types/Units.sol";
import {WorkKind} from "../types/WorkKind.sol";
import {CaseOutcome, Truth, Vote} from "./IVerifierCommittee.sol";

/// @title CommitteeRules
/// @notice What verdicts come to and what they cost, as pure rules: quorum, tie, silence, median, coherence.
/// @dev RULES, by kind. `judged` are the seats that revealed Accept or Reject; Abstain and silence are in none of the columns.
///
/// | kind                               | quorum         | Accepted                    | Rejected         | tie, or no quorum |
/// |------------------------------------|----------------|-----------------------------|------------------|-------------------|
/// | Inference, Features, Preprocessing | judged > seats/2 | accepts > rejects         | rejects > accepts | Unverified       |
/// | Training                           | judged > seats/2 | accepts >= 2/3 of judged  | rejects > accepts | Unverified       |
/// | Labelling                          | judged > seats/2 | median >= acceptScore     | median below it  | no tie; Unverified |
///
/// Silence has a written winner: without a quorum nothing is verified, so nobody is paid for the result or punished for it. It
/// is never Accepted. The median of labels is the lower one: of an even number of scores the worse of the two in the middle.
/// @dev COHERENCE, when the truth is final: Accept errs against Rejected and Planted, Reject against Accepted, Abstain against
/// nothing, and no verdict against Unknown. What was sealed and not opened errs against everything.
library CommitteeRules {
    /// @notice Bounds of the number of verifiers; it is odd.
    uint256 internal constant MIN_SIZE = 3;
    uint256 internal constant MAX_SIZE = 15;

    /// @notice Bounds of the seconds to commit, and again to reveal: ten minutes to twelve hours.
    uint256 internal constant MIN_VOTE_DURATION = 10 minutes;
    uint256 internal constant MAX_VOTE_DURATION = 12 hours;

    /// @notice Seconds after the opening in which a case must have its verifiers: six hours.
    uint256 internal constant DRAW_WINDOW = 6 hours;

    /// @notice Largest score of labels: as good as can be.
    uint256 internal constant MAX_SCORE = 100;

    /// @notice CXT wei of stake, whole CXT that count, tier and score that a verifier needs: 10,000 CXT, tier 2, 0.6.
    uint256 internal constant MIN_VERIFIER_STAKE = 10_000e18;
    uint256 internal constant MIN_TIER = 2;
    uint256 internal constant MIN_REPUTATION = 0.6e18;

    /// @notice CXT wei of stake beyond which the weight does not rise: 100,000 CXT, a tenth of a percent of all CXT.
    uint256 internal constant MAX_WEIGHING_STAKE = 100_000e18;

    /// @notice Part of the stake that a seat holds, in basis points: 10 %, what the dearest verdict costs.
    uint256 internal constant HOLD_BPS = 1_000;

    /// @dev CXT wei of one unit of stake in a weight: one CXT; and score of one unit of it: one percent.
    uint256 private constant STAKE_UNIT = 1e18;
    uint256 private constant SCORE_UNIT = 0.01e18;

    /// @dev Weight of a verifier with `stake` CXT wei and `score` (scaled by WAD), rounded down; zero when it does not qualify.
    ///
    /// weight = min(stake, 100,000 CXT) in CXT x score in percent <= 100,000 x 100 = 1e7 < 2^25, the largest of a tree
    ///
    /// Precondition: score <= WAD. Splitting a stake never raises the sum, since floor(a) + floor(b) <= floor(a + b), unless it
    /// is above the cap; each part then needs a node that qualifies by itself.
    function weightDown(uint256 stake, uint256 score, uint256 tier) internal pure returns (uint256) {
        if (stake < MIN_VERIFIER_STAKE || score < MIN_REPUTATION || tier < MIN_TIER) return 0;
        uint256 weighing = stake < MAX_WEIGHING_STAKE ? stake : MAX_WEIGHING_STAKE;
        return (weighing / STAKE_UNIT) * (score / SCORE_UNIT);
    }

    /// @dev CXT wei that a seat holds of `stake`, rounded up: never less than any verdict costs. Cannot overflow: below 2^88.
    function holdUp(uint256 stake) internal pure returns (uint256) {
        return (stake * HOLD_BPS + BPS - 1) / BPS;
    }

    /// @dev Whether `vote` with `score` is one that fits the kind. Of labels Accept goes with a score that is accepted and Reject
    /// with one that is not, so verdict and score never contradict each other; everything else has no score.
    function isVote(WorkKind kind, uint256 acceptScore, Vote vote, uint256 score) internal pure returns (bool) {
        if (vote == Vote.None) return false;
        if (vote == Vote.Abstain || kind != WorkKind.Labelling) return score == 0;
        return vote == Vote.Accept ? score >= acceptScore && score <= MAX_SCORE : score < acceptScore;
    }

    /// @dev Whether enough of the seats judged: more than half.
    function isQuorum(uint256 seats, uint256 judged) internal pure returns (bool) {
        return 2 * judged > seats;
    }

    /// @dev What the verdicts of a case come to, and its score: see the table. The first `judged` of `scores`, which this sorts,
    /// are those of who judged; `accepts` of them accept.
    function conclude(
        WorkKind kind,
        uint256 acceptScore,
        uint256 seats,
        uint256 judged,
        uint256 accepts,
        uint256[] memory scores
    ) internal pure returns (CaseOutcome outcome, uint256 score) {
        if (!isQuorum(seats, judged)) return (CaseOutcome.Unverified, 0);
        if (kind == WorkKind.Labelling) {
            score = medianDown(scores, judged);
            return (score >= acceptScore ? CaseOutcome.Accepted : CaseOutcome.Rejected, score);
        }
        uint256 rejects = judged - accepts;
        if (rejects > accepts) return (CaseOutcome.Rejected, 0);
        bool accepted = kind == WorkKind.Training ? 3 * accepts >= 2 * judged : accepts > rejects;
        return accepted ? (CaseOutcome.Accepted, MAX_SCORE) : (CaseOutcome.Unverified, 0);
    }

    /// @dev Lower median of the first `count` of `scores`, at least one; sorts them in place.
    function medianDown(uint256[] memory scores, uint256 count) internal pure returns (uint256) {
        for (uint256 i = 1; i < count; ++i) {
            uint256 score = scores[i];
            uint256 place = i;
            for (; place != 0 && scores[place - 1] > score; --place) scores[place] = scores[place - 1];
            scores[place] = score;
        }
        return scores[(count - 1) / 2];
    }

    /// @dev What `vote` is when `truth` is final; None for a verdict that is right, or that is not held against anybody.
    function offenceOf(Vote vote, Truth truth) internal pure returns (Offence) {
        if (vote == Vote.Accept && truth == Truth.Planted) return Offence.ApprovedPlant;
        if (vote == Vote.Accept && truth == Truth.Rejected) return Offence.IncoherentVote;
        if (vote == Vote.Reject && truth == Truth.Accepted) return Offence.IncoherentVote;
        return Offence.None;
    }

    /// @dev What a verdict is that was sealed and not opened, when `truth` is final: the worst that it can have been. Whoever
    /// opens last would else choose, with all others in sight, to be silent instead of wrong.
    function offenceOfSealed(Truth truth) internal pure returns (Offence) {
        if (truth == Truth.Unknown) return Offence.UnrevealedVote;
        return truth == Truth.Planted ? Offence.ApprovedPlant : Offence.IncoherentVote;
    }

    /// @dev Whether `vote` says what turned out to be true.
    function isCoherent(Vote vote, Truth truth) internal pure returns (bool) {
        if (truth == Truth.Accepted) return vote == Vote.Accept;
        return vote == Vote.Reject && truth != Truth.Unknown;
    }
}
