// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {BPS} from "../types/Units.sol";

/// @dev Number of tiers.
uint256 constant TIERS = 5;

/// @title Tiers
/// @notice Tier of a node, 0 to 4, from capability, stability, history, reputation and stake, and what a tier allows.
library Tiers {
    /// @notice Highest tier; only staked nodes reach it.
    uint8 internal constant MAX_TIER = 4;

    /// @notice Capacity of capability zero, in work units a day.
    uint256 internal constant BASE_CAPACITY = 1e6;

    /// @notice Doublings of `BASE_CAPACITY` that are full capability: 6.6e10 work units a day.
    uint256 internal constant CAPABILITY_DOUBLINGS = 16;

    /// @notice Shares of capability, of stability and history together, and of reputation, in percent.
    uint256 internal constant CAPABILITY_PERCENT = 30;
    uint256 internal constant RECORD_PERCENT = 40;
    uint256 internal constant REPUTATION_PERCENT = 30;

    /// @notice Composites from which the base tier is 1, 2 and 3, in basis points.
    uint256 internal constant TIER_1_BPS = 3_500;
    uint256 internal constant TIER_2_BPS = 5_000;
    uint256 internal constant TIER_3_BPS = 6_500;

    /// @notice Least boost of a staked node, in basis points = 1.1.
    uint256 internal constant MIN_STAKED_BOOST_BPS = 11_000;

    /// @notice Largest boost, in basis points = 3.0.
    uint256 internal constant MAX_BOOST_BPS = 30_000;

    /// @dev Tier of a node; stake lifts it by one, so tier 4 needs stake.
    function tierOf(
        uint256 capacity,
        uint256 scoreBps,
        uint256 recordBps,
        uint256 boostBps
    ) internal pure returns (uint256 tier) {
        uint256 composite = compositeDown(capabilityDown(capacity), scoreBps, recordBps);
        if (composite >= TIER_3_BPS) tier = 3;
        else if (composite >= TIER_2_BPS) tier = 2;
        else if (composite >= TIER_1_BPS) tier = 1;
        if (boostBps >= MIN_STAKED_BOOST_BPS) ++tier;
    }

    /// @dev Weighted mean of the measures, all in basis points, rounded down. `recordBps` is the mean of stability and
    /// history, 20 % each.
    function compositeDown(uint256 capabilityBps, uint256 scoreBps, uint256 recordBps) internal pure returns (uint256) {
        return (CAPABILITY_PERCENT * capabilityBps + RECORD_PERCENT * recordBps + REPUTATION_PERCENT * scoreBps) / 100;
    }

    /// @dev Capability in basis points, rounded down: log2(capacity / BASE_CAPACITY) / CAPABILITY_DOUBLINGS within [0, 1].
    /// The logarithm is exact at powers of two and linear between them, below the true one by at most 0.0861, which is
    /// 54 basis points of capability.
    function capabilityDown(uint256 capacity) internal pure returns (uint256) {
        if (capacity < BASE_CAPACITY) return 0;
        if (capacity >= BASE_CAPACITY << CAPABILITY_DOUBLINGS) return BPS;
        uint256 doublings = Math.log2(capacity / BASE_CAPACITY);
        // In [1, 2), in basis points.
        uint256 mantissa = (capacity * BPS) / (BASE_CAPACITY << doublings);
        return (doublings * BPS + mantissa - BPS) / CAPABILITY_DOUBLINGS;
    }

    /// @dev Fragments that a node of `tier` may have at once: 2, 4, 8, 16, 32.
    function limitOf(uint256 tier) internal pure returns (uint256) {
        return 2 << tier;
    }

    /// @dev Weight of the work of a node of `tier` in rewards, in basis points.
    function weightBpsOf(uint256 tier) internal pure returns (uint256) {
        if (tier == 0) return 8_000;
        if (tier == 1) return 9_000;
        if (tier == 2) return 10_000;
        return tier == 3 ? 11_500 : 13_000;
    }
}
