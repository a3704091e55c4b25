// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {ReputationMath} from "../../contracts/reputation/ReputationMath.sol";
import {WAD} from "../../contracts/types/Units.sol";

contract ReputationMathTest {
    uint256 private constant HALF = 0.5e18;

    function testFuzz_afterSuccessDown_staysAtOrBelowOne(uint256 score, uint256 quality) public pure {
        score %= WAD + 1;
        quality %= WAD + 1;
        uint256 after_ = ReputationMath.afterSuccessDown(score, quality);
        require(after_ >= score && after_ <= WAD, "a success never lowers a score, and never lifts it above one");
    }

    function testFuzz_afterLossDown_neverRises(uint256 score, uint256 loss) public pure {
        score %= WAD + 1;
        loss %= WAD + 1;
        uint256 after_ = ReputationMath.afterLossDown(score, loss);
        require(after_ <= score, "a loss never lifts a score");
        require(score == 0 || loss == 0 || after_ < score, "a loss is never lost to rounding");
    }

    function testFuzz_decayDown_neverCrossesOneHalf(uint256 score, uint256 elapsed) public pure {
        score %= WAD + 1;
        elapsed %= 100 * 365 days;
        uint256 decayed = ReputationMath.decayDown(score, elapsed);
        if (score >= HALF) require(decayed >= HALF && decayed <= score, "from above");
        else require(decayed < HALF && decayed >= score, "from below");
    }

    function testFuzz_decayDown_isMonotone(uint256 score, uint256 elapsed, uint256 more) public pure {
        score %= WAD + 1;
        elapsed %= 100 * 365 days;
        more %= 1000 days;
        uint256 earlier = ReputationMath.decayDown(score, elapsed);
        uint256 later = ReputationMath.decayDown(score, elapsed + more);
        require(score >= HALF ? later <= earlier : later >= earlier, "one way in time");
    }

    function testFuzz_decayDown_isMonotoneFromSecondToSecond(uint256 score, uint256 elapsed) public pure {
        testFuzz_decayDown_isMonotone(score, elapsed, 1);
    }

    function testFuzz_decayDown_twoStepsAreOne(uint256 score, uint256 first, uint256 second) public pure {
        score %= WAD + 1;
        first %= 1000 days;
        second %= 1000 days;
        uint256 once = ReputationMath.decayDown(score, first + second);
        uint256 twice = ReputationMath.decayDown(ReputationMath.decayDown(score, first), second);
        uint256 apart = once > twice ? once - twice : twice - once;
        require(apart <= 2, "two steps are at most 2 wei apart from one");
    }

    function testFuzz_recordBpsDown_isBounded(uint40 online, uint40 completed, uint40 missed) public pure {
        uint256 record = ReputationMath.recordBpsDown(online, completed, missed);
        require(record <= 10_000, "at most one");
        require(ReputationMath.recordBpsDown(online, completed, uint256(missed) + 1) <= record, "a miss never helps");
        require(ReputationMath.recordBpsDown(uint256(online) + 1, completed, missed) >= record, "uptime never harms");
    }
}
