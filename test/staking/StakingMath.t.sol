// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {BoostMath} from "../../contracts/staking/BoostMath.sol";
import {Stake} from "../../contracts/staking/IStakeVault.sol";
import {SlashingRules} from "../../contracts/staking/SlashingRules.sol";
import {StakePool} from "../../contracts/staking/StakePool.sol";
import {Offence} from "../../contracts/types/Offence.sol";
import {WAD} from "../../contracts/types/Units.sol";
import {vm} from "../support/Vm.sol";

function within(uint256 value, uint256 minimum, uint256 maximum) pure returns (uint256) {
    return minimum + (value % (maximum - minimum + 1));
}

/// @dev What the boost promises, for any amounts and periods. INV-BST-1.
contract BoostMathTest {
    uint256 private constant MIN_PERIOD = 14 days;

    function test_boostDown_atTheCorners() public pure {
        uint256 longest = BoostMath.MAX_PERIOD;
        require(BoostMath.boostDown(0, 0) == WAD, "none");
        require(BoostMath.boostDown(1_000e18 - 1, longest) == WAD, "a wei below the least");
        require(BoostMath.boostDown(1_000e18, MIN_PERIOD) == 1.1e18, "least and shortest");
        require(BoostMath.boostDown(1_000e18, longest) == 1.1e18, "least and longest");
        require(BoostMath.boostDown(100_000e18, longest) == 3e18, "full and longest");
        require(BoostMath.boostDown(type(uint256).max, longest) == 3e18, "more than full");
        // 1.1 + 1.9 * sqrt(1/4 + 3/4 * 14/1461) = 2.063556...
        require(BoostMath.boostDown(100_000e18, MIN_PERIOD) / 1e14 == 20_635, "full and shortest");
    }

    function testFuzz_boostDown_isOneOrWithinItsRange(uint256 amount, uint256 period) public pure {
        uint256 boost = BoostMath.boostDown(amount, within(period, 0, BoostMath.MAX_PERIOD));
        require(amount < 1_000e18 ? boost == WAD : boost >= 1.1e18 && boost <= 3e18, "INV-BST-1: range");
    }

    function testFuzz_boostDown_isTheFormulaRoundedDown(uint256 amount, uint256 period) public pure {
        amount = within(amount, 1_000e18, 100_000e18);
        period = within(period, MIN_PERIOD, BoostMath.MAX_PERIOD);
        uint256 part = BoostMath.boostDown(amount, period) - 1.1e18;
        // (boost - 1.1)^2 <= 1.9^2 * x < (boost - 1.1 + 1e-18)^2, with x as a fraction
        uint256 numerator = 3.61e36 * (amount - 1_000e18) * (1_461 days + 3 * period);
        uint256 denominator = 99_000e18 * 4 * 1_461 days;
        require(part * part * denominator <= numerator, "above the formula");
        require((part + 1) * (part + 1) * denominator > numerator, "a whole step below");
    }

    function testFuzz_boostDown_grows(uint256 amount, uint256 more, uint256 period, uint256 longer) public pure {
        amount = within(amount, 0, 200_000e18);
        more = within(more, amount, 300_000e18);
        period = within(period, 0, BoostMath.MAX_PERIOD);
        longer = within(longer, period, BoostMath.MAX_PERIOD);
        uint256 boost = BoostMath.boostDown(amount, period);
        require(BoostMath.boostDown(more, period) >= boost, "falls with the amount");
        require(BoostMath.boostDown(amount, longer) >= boost, "falls with the period");
    }

    /// @dev On stakes that have a boost: the mean of two boosts is at most the boost of the mean, but for rounding.
    function testFuzz_boostDown_isConcave(uint256 one, uint256 other, uint256 period) public pure {
        one = within(one, 1_000e18, 150_000e18);
        other = within(other, 1_000e18, 150_000e18);
        period = within(period, 0, BoostMath.MAX_PERIOD);
        uint256 sum = BoostMath.boostDown(one, period) + BoostMath.boostDown(other, period);
        require(sum <= 2 * BoostMath.boostDown((one + other + 1) / 2, period) + 2, "convex");
    }

    /// @dev A machine split in proportion over 8 nodes, with any split of the stake and any periods, never gains.
    function testFuzz_boostDown_splittingAMachineNeverGains(uint256[8] memory seeds, uint256 stake) public pure {
        stake = within(stake, 0, 400_000e18);
        (uint256 weight, uint256 capability, uint256 left, uint256 longest) = (0, 0, stake, 0);
        for (uint256 i = 0; i < 8; ++i) {
            uint256 part = i == 7 ? left : within(seeds[i], 0, left);
            left -= part;
            uint256 period = within(seeds[i] >> 128, MIN_PERIOD, BoostMath.MAX_PERIOD);
            if (period > longest) longest = period;
            uint256 share = within(seeds[i] >> 64, 0, 1e9);
            capability += share;
            weight += share * BoostMath.boostDown(part, period);
        }
        require(weight <= capability * BoostMath.boostDown(stake, longest), "a Sybil gains");
    }

    /// @dev Positions of one node count as one of their average period: at most as much as all for the longest of them.
    function testFuzz_boostDown_positionsNeverBeatOne(uint256[8] memory seeds) public pure {
        (uint256 stake, uint256 committed, uint256 longest) = (0, 0, 0);
        for (uint256 i = 0; i < 8; ++i) {
            uint256 part = within(seeds[i], 1_000e18, 40_000e18);
            uint256 period = within(seeds[i] >> 128, MIN_PERIOD, BoostMath.MAX_PERIOD);
            if (period > longest) longest = period;
            stake += part;
            committed += part * period;
        }
        uint256 boost = BoostMath.boostDown(stake, committed / stake);
        require(boost <= BoostMath.boostDown(stake, longest), "beats one position of the longest period");
    }
}

/// @dev Shares of one stake under any order of what can happen to it.
contract StakePoolTest {
    using StakePool for Stake;

    Stake private _stake;
    uint256[4] private _shares;

    function test_add_refusesAWipedOutPool() public {
        _stake.add(1_000e18);
        _stake.slash(type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(StakePool.StakePoolWipedOut.selector, 0, 1_000e18, StakePool.MAX_SHARES_PER_WEI)
        );
        this.addOne();
    }

    function test_add_takesStakeAgainWhenTheWorthlessAreGone() public {
        uint256 shares = _stake.add(1_000e18);
        _stake.slash(1_000e18);
        require(_stake.amountDown(shares) == 0 && _stake.remove(shares) == 0, "worth something");
        require(_stake.add(7) == 7 && _stake.tokens == 7, "not a fresh start");
    }

    /// @dev FM-03: the smallest factor a slash can leave, 1e-18 and below, bricks nothing.
    function testFuzz_slash_ofNearlyEverythingBricksNothing(uint256 amount, uint256 left) public {
        amount = within(amount, 1_000e18, 1e26);
        left = within(left, 0, amount / 1e18 + 1);
        uint256 shares = _stake.add(amount);
        require(_stake.slash(amount - left) == amount - left, "not slashed");
        require(_stake.slashed == amount - left, "not counted");
        require(_stake.amountDown(shares) == left && _stake.remove(shares) == left, "stranded");
        require(_stake.tokens == 0 && _stake.totalShares == 0, "dust stays");
    }

    function testFuzz_shares_neverCreateOrStrandTokens(uint256[24] memory seeds) public {
        uint256 tokens = 0;
        for (uint256 i = 0; i < seeds.length; ++i) {
            uint256 who = seeds[i] % 4;
            uint256 kind = (seeds[i] >> 8) % 4;
            uint256 size = seeds[i] >> 16;
            uint256[4] memory before = _amounts();
            if (kind < 2 && _stake.totalShares <= uint256(_stake.tokens) * StakePool.MAX_SHARES_PER_WEI) {
                uint256 amount = within(size, 1, kind == 0 ? 1e26 - tokens / 2 : 1e6);
                if (tokens + amount > 1e26) continue;
                uint256 bought = _stake.add(amount);
                require(bought >= amount, "a wei buys less than a share");
                _shares[who] += bought;
                tokens += amount;
                uint256 worth = _stake.amountDown(_shares[who]);
                require(worth <= before[who] + amount && worth + 2 >= before[who] + amount, "unfair price");
            } else if (kind == 2) {
                uint256 amount = _stake.remove(_shares[who]);
                require(amount == before[who], "not what it was worth");
                _shares[who] = 0;
                tokens -= amount;
            } else if (size % 3 == 0) {
                uint256 fee = before[who] == 0 ? 0 : within(size, 1, before[who]);
                if (fee != 0) _shares[who] -= _stake.charge(fee);
                tokens -= fee;
            } else {
                tokens -= _stake.slash(within(size, 0, uint256(_stake.tokens) / 2 + 1));
                continue;
            }
            for (uint256 j = 0; j < 4; ++j) {
                if (j != who) require(_stake.amountDown(_shares[j]) + 1 >= before[j], "somebody else paid");
            }
            _requireConsistent(tokens);
        }
        for (uint256 j = 0; j < 4; ++j) tokens -= _stake.remove(_shares[j]);
        require(tokens == 0 && _stake.tokens == 0 && _stake.totalShares == 0, "the last one leaves dust");
    }

    function addOne() external {
        _stake.add(1);
    }

    function _requireConsistent(uint256 tokens) private view {
        uint256[4] memory amounts = _amounts();
        require(_stake.tokens == tokens, "tokens");
        require(amounts[0] + amounts[1] + amounts[2] + amounts[3] <= tokens, "more than there is");
        require(_shares[0] + _shares[1] + _shares[2] + _shares[3] == _stake.totalShares, "shares");
        require(_stake.tokens <= _stake.totalShares, "a share is worth more than a wei");
    }

    function _amounts() private view returns (uint256[4] memory amounts) {
        for (uint256 j = 0; j < 4; ++j) amounts[j] = _stake.amountDown(_shares[j]);
    }
}

/// @dev The table of offences, and the split. INV-STK-4.
contract SlashingRulesTest {
    function test_fractionBps_isTheTable() public pure {
        uint16[8] memory table = [uint16(0), 10_000, 500, 1_000, 3_000, 100, 200, 1_000];
        for (uint256 i = 0; i < table.length; ++i) {
            require(SlashingRules.fractionBps(Offence(i)) == table[i], "fraction");
            require(SlashingRules.removes(Offence(i)) == (Offence(i) == Offence.FakeBenchmark), "removes");
        }
        require(uint256(type(Offence).max) == table.length - 1, "an offence without a rule");
    }

    /// @dev FM-03: no offence and no base but zero costs nothing, and none overflows.
    function testFuzz_slashUp_neverRoundsToZero(uint256 base, uint8 seed) public pure {
        Offence offence = Offence(within(seed, 1, 7));
        uint256 cost = SlashingRules.slashUp(offence, base);
        require(cost <= base && (cost == 0) == (base == 0), "bounds");
        if (base > type(uint256).max / 10_000) return;
        uint256 exact = base * SlashingRules.fractionBps(offence);
        require(cost * 10_000 >= exact && cost * 10_000 < exact + 10_000, "not rounded up");
    }

    function testFuzz_allowedDown_keepsHalf(uint256 tokens, uint256 recent) public pure {
        (tokens, recent) = (within(tokens, 0, 1e26), within(recent, 0, 2e26));
        uint256 allowed = SlashingRules.allowedDown(tokens, recent);
        require(allowed <= tokens / 2, "more than half of what is there");
        if (allowed != 0) require(2 * (allowed + recent) <= tokens + recent, "above the cap");
        else require(recent + 1 >= tokens, "refused within the cap");
    }

    function testFuzz_split_conserves(uint256 slashed, bool hasReporter, uint256 bond) public pure {
        slashed = within(slashed, 0, 1e26);
        (uint256 burned, uint256 toTreasury, uint256 reward) = SlashingRules.split(slashed, hasReporter, bond);
        require(burned + toTreasury + reward == slashed, "INV-STK-4");
        require(burned * 2 >= slashed, "less than half burned");
        require(toTreasury == (slashed * 3) / 10, "treasury");
        uint256 share = slashed / 5;
        uint256 limit = bond > 1e26 ? share : bond * 10;
        require(
            reward ==
                (
                    !hasReporter
                        ? 0
                        : share < limit
                            ? share
                            : limit
                ),
            "reward"
        );
    }
}
