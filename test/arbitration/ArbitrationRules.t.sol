// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {ArbitrationRules} from "../../contracts/arbitration/ArbitrationRules.sol";
import {DisputeKind, Ruling} from "../../contracts/arbitration/IArbitration.sol";
import {JurorPool} from "../../contracts/arbitration/JurorPool.sol";
import {CorexToken} from "../../contracts/token/CorexToken.sol";
import {IEntropySource} from "../../contracts/matching/IEntropySource.sol";

function within(uint256 value, uint256 minimum, uint256 maximum) pure returns (uint256) {
    return minimum + (value % (maximum - minimum + 1));
}

contract ArbitrationRulesTest {
    function test_votesOf_theFourRounds() public pure {
        uint256[4] memory votes = [uint256(3), 7, 15, 31];
        for (uint256 round = 0; round < 4; ++round) {
            require(ArbitrationRules.votesOf(round) == votes[round], "votes");
            require(ArbitrationRules.costOf(round) == votes[round] * 5e18, "cost");
        }
        require(ArbitrationRules.MAX_ROUND == 3, "rounds");
    }

    function test_bondOf_coversTheFirstRound() public pure {
        for (uint256 kind = 0; kind < 5; ++kind) {
            require(ArbitrationRules.bondOf(DisputeKind(kind)) >= ArbitrationRules.costOf(0), "below the cost");
        }
    }

    /// @dev What the claim of a benchmark costs, here and in the registry.
    function test_bondOf_aBenchmarkIsWhatAChallengeCosts() public pure {
        require(ArbitrationRules.bondOf(DisputeKind.Benchmark) == 100e18, "not that of a challenge");
    }

    function test_penalties_areTenAndFivePercentOfTheLeastStake() public {
        JurorPool pool = new JurorPool(CorexToken(address(0)), IEntropySource(address(0)));
        require(ArbitrationRules.SILENCE_PENALTY * 10 == pool.MIN_STAKE(), "silence");
        require(ArbitrationRules.INCOHERENCE_PENALTY * 20 == pool.MIN_STAKE(), "incoherence");
        require(pool.LOCK_PER_VOTE() >= ArbitrationRules.SILENCE_PENALTY, "a vote is not covered");
    }

    function test_maxDuration_isEightDaysAndSixHours() public pure {
        require(ArbitrationRules.MAX_DURATION == 8 days + 6 hours, "duration");
    }

    function testFuzz_rulingOf_isTheMajority(uint256 forClaimant, uint256 forRespondent) public pure {
        Ruling ruling = ArbitrationRules.rulingOf(forClaimant, forRespondent);
        if (forClaimant > forRespondent) require(ruling == Ruling.Claimant, "claimant");
        if (forClaimant < forRespondent) require(ruling == Ruling.Respondent, "respondent");
        if (forClaimant == forRespondent) require(ruling == Ruling.Undecided, "a tie decides");
    }

    /// @dev Silence costs most, the opposite of the ruling half as much, everything else nothing; the coherent lose nothing.
    function testFuzz_penaltyOf(uint256 rulingSeed, uint256 voteSeed, bool revealed) public pure {
        (Ruling ruling, Ruling vote) = (Ruling(rulingSeed % 3), Ruling(voteSeed % 3));
        uint256 penalty = ArbitrationRules.penaltyOf(ruling, revealed, vote);
        bool opposite = uint256(ruling) + uint256(vote) == 3 && ruling != vote && uint256(vote) * uint256(ruling) != 0;
        uint256 expected =
            !revealed
                ? 100e18
                : opposite
                    ? 50e18
                    : 0;
        require(penalty == expected, "penalty");
        if (revealed && ArbitrationRules.isCoherent(ruling, vote)) require(penalty == 0, "the coherent lose");
    }

    /// @dev Both sides get no more than is there after the fees, and at most a wei stays.
    function testFuzz_sharesDown_conserve(uint256 rulingSeed, uint256 deposit, uint256 fees) public pure {
        deposit = within(deposit, 0, 1e26);
        fees = within(fees, 0, deposit);
        Ruling ruling = Ruling(rulingSeed % 3);
        (uint256 claimant, uint256 respondent) = ArbitrationRules.sharesDown(ruling, deposit, fees);
        uint256 left = 2 * deposit - fees - claimant - respondent;
        require(left <= (ruling == Ruling.Undecided ? 1 : 0), "stranded");
        if (ruling == Ruling.Claimant) require(respondent == 0 && claimant >= deposit, "claimant");
        if (ruling == Ruling.Respondent) require(claimant == 0 && respondent >= deposit, "respondent");
        if (ruling == Ruling.Undecided) require(claimant == respondent && claimant <= deposit, "undecided");
    }

    /// @dev However small the contributions, at most sixteen fill a side.
    function testFuzz_leastContributionUp_fillsInSixteen(uint256[20] memory seeds, uint256 round) public pure {
        round = within(round, 1, 3);
        uint256 missing = ArbitrationRules.costOf(round);
        uint256 count = 0;
        for (; missing != 0; ++count) {
            uint256 least = ArbitrationRules.leastContributionUp(round, missing);
            require(least != 0 && least <= missing, "cannot be filled");
            missing -= within(seeds[count], least, missing < least + 1e18 ? missing : least + 1e18);
        }
        require(count <= ArbitrationRules.MAX_FUNDERS, "too many funders");
    }
}
