// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {DisputeKind, Ruling} from "./IArbitration.sol";

/// @title ArbitrationRules
/// @notice The rules of the court, pure: how long each stage takes, how large each panel is, what it costs, who is coherent, and
/// who gets what is left.
/// @dev ROUNDING
/// - What goes back to a side or to a funder down; what the jurors cost a side up. What is left over is a fee of the protocol.
library ArbitrationRules {
    /// @dev Seconds in which a claim can be contested: one day.
    uint256 internal constant CLAIM_WINDOW = 1 days;

    /// @dev Seconds in which the jurors of a round must be found: six hours.
    uint256 internal constant DRAW_WINDOW = 6 hours;

    /// @dev Seconds to commit: half a day, so that jurors of every time zone are awake in it.
    uint256 internal constant COMMIT_WINDOW = 12 hours;

    /// @dev Seconds to reveal: half a day.
    uint256 internal constant REVEAL_WINDOW = 12 hours;

    /// @dev Seconds to pay for an appeal: the side that lost has the first half of them.
    uint256 internal constant APPEAL_WINDOW = 18 hours;

    /// @dev The last round: 0 to 3, so three appeals.
    uint256 internal constant MAX_ROUND = 3;

    /// @dev Seconds from the opening of a dispute to its final ruling, at most: 8 days and 6 hours. No deadline is counted from a
    /// call that came late, so nobody's lateness adds to it.
    ///
    /// CLAIM_WINDOW + 4 x (DRAW_WINDOW + COMMIT_WINDOW + REVEAL_WINDOW) + 3 x APPEAL_WINDOW
    uint256 internal constant MAX_DURATION =
        CLAIM_WINDOW + (MAX_ROUND + 1) * (DRAW_WINDOW + COMMIT_WINDOW + REVEAL_WINDOW) + MAX_ROUND * APPEAL_WINDOW;

    /// @dev Seconds after the last second at which a result could be submitted in which it can be called a duplicate: three days.
    uint256 internal constant DUPLICATE_WINDOW = 3 days;

    /// @dev What a vote for the final ruling earns: 5 CXT.
    uint256 internal constant FEE_PER_VOTE = 5e18;

    /// @dev What each side puts in at the start: 25 CXT, more than the 15 CXT that the jurors of round 0 cost.
    uint96 internal constant BOND = 25e18;

    /// @dev The same of a claim about a benchmark: 100 CXT, what the challenge of a benchmark costs, because the node's stake is
    /// held and it is removed for good if the claim stands.
    uint96 internal constant BENCHMARK_BOND = 100e18;

    /// @dev What a vote that is not revealed costs: 100 CXT = 10 % of the least stake of a juror.
    uint256 internal constant SILENCE_PENALTY = 100e18;

    /// @dev What a vote against the final ruling costs: 50 CXT = 5 % of the least stake of a juror.
    uint256 internal constant INCOHERENCE_PENALTY = 50e18;

    /// @dev Contributions to one side of an appeal, at most.
    uint256 internal constant MAX_FUNDERS = 16;

    /// @dev Returns the votes of `round`: 3, 7, 15, 31.
    function votesOf(uint256 round) internal pure returns (uint256 votes) {
        return (4 << round) - 1;
    }

    /// @dev Returns the CXT wei that the jurors of `round` cost when all of them vote for the final ruling: what an appeal to
    /// it costs each side.
    function costOf(uint256 round) internal pure returns (uint256) {
        return votesOf(round) * FEE_PER_VOTE;
    }

    /// @dev Returns the CXT wei that each side of a dispute of `kind` puts in.
    function bondOf(DisputeKind kind) internal pure returns (uint96) {
        return kind == DisputeKind.Benchmark ? BENCHMARK_BOND : BOND;
    }

    /// @dev Returns the least contribution to an appeal to `round` of which `missing` are missing: a sixteenth of the cost, or
    /// what is missing. So at most `MAX_FUNDERS` contributions fill a side.
    function leastContributionUp(uint256 round, uint256 missing) internal pure returns (uint256) {
        return Math.min(missing, Math.ceilDiv(costOf(round), MAX_FUNDERS));
    }

    /// @dev Returns the ruling of a round: the majority of those who chose a side; a tie, also of none, decides nothing.
    function rulingOf(uint256 forClaimant, uint256 forRespondent) internal pure returns (Ruling) {
        if (forClaimant == forRespondent) return Ruling.Undecided;
        return forClaimant > forRespondent ? Ruling.Claimant : Ruling.Respondent;
    }

    /// @dev Returns the side that `ruling` leaves with less than it wants: undecided is as if it were for the respondent.
    function losingSideOf(Ruling ruling) internal pure returns (Ruling) {
        return ruling == Ruling.Claimant ? Ruling.Respondent : Ruling.Claimant;
    }

    /// @dev Whether a vote that was revealed as `vote` is paid under the final ruling `ruling`: it is the same, or there is none.
    function isCoherent(Ruling ruling, Ruling vote) internal pure returns (bool) {
        return ruling == Ruling.Undecided || vote == ruling;
    }

    /// @dev Returns what one vote costs its juror under the final ruling `ruling`: silence most; the opposite half as much; whoever
    /// could not tell, or voted where nothing was decided, nothing.
    function penaltyOf(Ruling ruling, bool revealed, Ruling vote) internal pure returns (uint256) {
        if (!revealed) return SILENCE_PENALTY;
        return isCoherent(ruling, vote) || vote == Ruling.Undecided ? 0 : INCOHERENCE_PENALTY;
    }

    /// @dev Returns what goes back to each side of a round into which each put `deposit`, and whose jurors got `fees`.
    ///
    /// The winner gets both deposits less the fees; undecided: each its own less half of the fees.
    ///
    /// Precondition: fees <= deposit; they are at most `costOf` the round, which no deposit is below.
    function sharesDown(
        Ruling ruling,
        uint256 deposit,
        uint256 fees
    ) internal pure returns (uint256 forClaimant, uint256 forRespondent) {
        if (ruling == Ruling.Claimant) return (2 * deposit - fees, 0);
        if (ruling == Ruling.Respondent) return (0, 2 * deposit - fees);
        forClaimant = deposit - Math.ceilDiv(fees, 2);
        forRespondent = forClaimant;
    }
}
