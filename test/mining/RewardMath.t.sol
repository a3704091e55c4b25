// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {RewardMath} from "../../contracts/mining/RewardMath.sol";
import {BPS, WAD} from "../../contracts/types/Units.sol";

/// @dev Properties of multipliers over all inputs; `reward-math.test.ts` compares every function with its model.
contract RewardMathTest {
    uint256 private constant MAX_POINTS = 2 ** 96 - 1;
    uint256 private constant MAX_TIER_BPS = 13_000;
    uint256 private constant MAX_BOOST_BPS = 30_000;

    /// @dev Never reverts, never exceeds the most points of a node, and is exact but for less than one point.
    function testFuzz_multiplyDown_isTheProductRoundedDown(uint256 points, uint256 multiplierBps) public pure {
        multiplierBps %= RewardMath.MAX_MULTIPLIER_BPS + 1;
        uint256 result = RewardMath.multiplyDown(points, multiplierBps);
        require(result <= MAX_POINTS, "above the most points");
        if (points > 2 ** 200) {
            require(result == (multiplierBps == 0 ? 0 : MAX_POINTS), "not saturated");
            return;
        }
        uint256 exact = points * multiplierBps;
        require(result * BPS <= exact, "rounded up");
        require(result == MAX_POINTS || (result + 1) * BPS > exact, "lost a point");
    }

    /// @dev More work, or a larger multiplier, never gives less.
    function testFuzz_multiplyDown_isMonotone(uint256 points, uint256 more, uint256 multiplierBps) public pure {
        multiplierBps %= RewardMath.MAX_MULTIPLIER_BPS;
        uint256 larger = more > type(uint256).max - points ? type(uint256).max : points + more;
        uint256 result = RewardMath.multiplyDown(points, multiplierBps);
        require(RewardMath.multiplyDown(larger, multiplierBps) >= result, "more work gives less");
        require(RewardMath.multiplyDown(points, multiplierBps + 1) >= result, "a larger multiplier gives less");
    }

    /// @dev Work reported in two parts never gives more than reported at once.
    function testFuzz_multiplyDown_splittingGainsNothing(
        uint96 first,
        uint96 second,
        uint256 multiplierBps
    ) public pure {
        multiplierBps %= RewardMath.MAX_MULTIPLIER_BPS + 1;
        uint256 whole = RewardMath.multiplyDown(uint256(first) + second, multiplierBps);
        uint256 parts = RewardMath.multiplyDown(first, multiplierBps) + RewardMath.multiplyDown(second, multiplierBps);
        require(whole == MAX_POINTS || parts <= whole, "splitting gains");
    }

    /// @dev INV-RWD-3: a cap raised by a multiplier lets no more work count than the cap itself.
    function testFuzz_multiplyDown_capsWorkAtEveryMultiplier(
        uint256 dailyWorkUnits,
        uint256 multiplierBps
    ) public pure {
        multiplierBps %= RewardMath.MAX_MULTIPLIER_BPS + 1;
        uint256 cap = RewardMath.pointsCapDown(dailyWorkUnits);
        uint256 raised = RewardMath.multiplyDown(cap, multiplierBps);
        require(raised * BPS <= cap * multiplierBps, "more work than the cap");
        if (multiplierBps == BPS) require(raised == cap, "one is not neutral");
    }

    /// @dev Quality, tier and boost within their bounds never make a multiplier that the rewards refuse.
    function testFuzz_multiplierDown_staysWithinTheMost(
        uint256 quality,
        uint256 tierBps,
        uint256 boostBps
    ) public pure {
        quality %= WAD + 1;
        tierBps %= MAX_TIER_BPS + 1;
        boostBps %= MAX_BOOST_BPS + 1;
        uint256 result = RewardMath.multiplierDown(quality, tierBps, boostBps);
        uint256 exact = quality * tierBps * boostBps;
        require(result <= RewardMath.MAX_MULTIPLIER_BPS, "above the most");
        require(result * WAD * BPS <= exact && (result + 1) * WAD * BPS > exact, "not the product rounded down");
    }

    function test_multiplierDown_reachesTheMost() public pure {
        require(
            RewardMath.multiplierDown(WAD, MAX_TIER_BPS, MAX_BOOST_BPS) == RewardMath.MAX_MULTIPLIER_BPS,
            "the bounds do not make the most"
        );
    }
}
