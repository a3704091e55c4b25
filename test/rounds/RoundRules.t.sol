// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {TaskStatus} from "../../contracts/market/IMarket.sol";
import {Phase, RoundState, RoundTerms} from "../../contracts/market/IRoundMarket.sol";
import {RoundRules} from "../../contracts/market/RoundRules.sol";
import {RoundRulesHarness} from "../support/rounds/RoundRulesHarness.sol";

/// @dev The pure rules of rounds, against what the specification says.
contract RoundRulesTest {
    RoundRulesHarness private immutable _rules = new RoundRulesHarness();

    /// @dev INV-RND-3: shares of the present lanes are equal but for one, larger first, 256 together; none for the others.
    function testFuzz_sharesOf_are256Parts(uint16 present, uint8 lanesSeed) public pure {
        uint256 lanes = 1 + (lanesSeed % 16);
        uint256 mask = present & ((1 << lanes) - 1);
        uint256[] memory shares = RoundRules.sharesOf(mask, lanes);
        require(shares.length == lanes, "length");
        (uint256 sum, uint256 count, uint256 last) = (0, RoundRules.countOf(mask), type(uint256).max);
        for (uint256 lane = 0; lane < lanes; ++lane) {
            sum += shares[lane];
            if ((mask >> lane) & 1 == 0) {
                require(shares[lane] == 0, "a share of nobody");
                continue;
            }
            require(shares[lane] == 256 / count || shares[lane] == 256 / count + 1, "unequal");
            require(shares[lane] <= last, "larger after smaller");
            last = shares[lane];
        }
        require(sum == (count == 0 ? 0 : 256), "not one");
    }

    function testFuzz_countOf_countsBits(uint16 mask) public pure {
        uint256 expected;
        for (uint256 i = 0; i < 16; ++i) expected += (mask >> i) & 1;
        require(RoundRules.countOf(mask) == expected, "count");
    }

    function test_applySchema_namesTheLanes() public pure {
        require(
            RoundRules.applySchema(4) == keccak256("weights,newWeights,gradients[4],shares[4],ctx") &&
                RoundRules.applySchema(16) == keccak256("weights,newWeights,gradients[16],shares[16],ctx"),
            "schema"
        );
    }

    function testFuzz_placeOf_isTheInverseOfFragmentAt(uint8 seed) public pure {
        uint256 fragment = seed % 33;
        (Phase phase, uint256 index) = RoundRules.placeOf(fragment);
        require(RoundRules.fragmentAt(phase, index) == fragment && index < 16, "place");
    }

    /// @dev INV-RND-2: settling everything in any order pays exactly the fees of the task, and ends it.
    function testFuzz_settle_endsEveryTask(uint256 seed, uint8 lanes, uint8 rounds, uint8 heldOut) public view {
        RoundTerms memory terms;
        (terms.lanes, terms.rounds, terms.heldOut) = (1 + (lanes % 16), 1 + (rounds % 4), heldOut % 17);
        (terms.feePerGradient, terms.feePerApply, terms.feePerEvaluation) = (1e15 + (seed % 1e9), 7e15, 3e15);
        RoundState memory state;
        state.status = TaskStatus.Active;
        uint256 paid;
        for (uint256 turn = 0; state.status == TaskStatus.Active; ++turn) {
            require(turn < 100, "a task that does not end");
            require(_rules.unsettledFees(terms, state) == _rules.totalFees(terms) - paid, "fees held");
            uint256 index = _someOpen(terms, state, uint256(keccak256(abi.encode(seed, turn))));
            paid += RoundRulesTest(address(this)).feeOf(terms, state.phase);
            (Phase phase, uint32 round) = (state.phase, state.round);
            bool opened;
            (state, opened) = _rules.settle(state, terms, index);
            bool moved = state.phase != phase || state.round != round;
            require(opened == (moved && state.status == TaskStatus.Active), "opened");
        }
        require(state.status == TaskStatus.Completed && state.round == terms.rounds, "not completed");
        require(paid == _rules.totalFees(terms), "paid another sum");
    }

    function testFuzz_shardIndex_walksInACircle(uint32 round, uint8 lane, uint8 lanes, uint32 shards) public view {
        RoundTerms memory terms;
        (terms.lanes, terms.shards) = (1 + (lanes % 16), 1 + (shards % 1_000_000));
        uint256 expected = (uint256(round) * terms.lanes + (lane % terms.lanes)) % terms.shards;
        require(_rules.shardIndex(terms, round, lane % terms.lanes) == expected, "shard");
    }

    function feeOf(RoundTerms calldata terms, Phase phase) external pure returns (uint256) {
        return RoundRules.feeOf(terms, phase);
    }

    function _someOpen(
        RoundTerms memory terms,
        RoundState memory state,
        uint256 seed
    ) private pure returns (uint256 index) {
        if (state.phase == Phase.Applying) return 0;
        uint256 count = state.phase == Phase.Gradients ? terms.lanes : terms.heldOut;
        index = seed % count;
        while (!RoundRules.isOpen(state, state.phase, index)) index = (index + 1) % count;
    }
}
