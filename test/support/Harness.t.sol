// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {EmissionSchedule} from "../../contracts/mining/EmissionSchedule.sol";
import {RewardMath} from "../../contracts/mining/RewardMath.sol";
import {NodeStatus} from "../../contracts/registry/INodeRegistry.sol";
import {NodeLifecycle} from "../../contracts/registry/NodeLifecycle.sol";

/// @dev The pure libraries, many cases a call, for the differential tests against the TypeScript models. Each case is an
/// array of arguments in the order of the library function.
contract LibraryHarness {
    function emission() external pure returns (uint256 epoch, uint256 rateWad) {
        return (EmissionSchedule.EPOCH, EmissionSchedule.RATE_WAD);
    }

    function epochAt(uint256[2][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = EmissionSchedule.epochAt(cases[i][0], cases[i][1]);
        }
    }

    function budgetDown(uint256[1][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) results[i] = EmissionSchedule.budgetDown(cases[i][0]);
    }

    function trackBudgetDown(uint256[2][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = RewardMath.trackBudgetDown(cases[i][0], cases[i][1]);
        }
    }

    function rewardPerPointDown(uint256[3][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = RewardMath.rewardPerPointDown(cases[i][0], cases[i][1], cases[i][2]);
        }
    }

    function matchedPointsDown(uint256[3][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = RewardMath.matchedPointsDown(cases[i][0], cases[i][1], cases[i][2]);
        }
    }

    function networkCapDown(uint256[3][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = RewardMath.networkCapDown(cases[i][0], cases[i][1], cases[i][2]);
        }
    }

    function pointsCapDown(uint256[1][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) results[i] = RewardMath.pointsCapDown(cases[i][0]);
    }

    function multiplyDown(uint256[2][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = RewardMath.multiplyDown(cases[i][0], cases[i][1]);
        }
    }

    function multiplierDown(uint256[3][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            results[i] = RewardMath.multiplierDown(cases[i][0], cases[i][1], cases[i][2]);
        }
    }

    function feeUp(uint256[2][] calldata cases) external pure returns (uint256[] memory results) {
        results = new uint256[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) results[i] = RewardMath.feeUp(cases[i][0], cases[i][1]);
    }

    function canMove(NodeStatus from, NodeStatus to) external pure returns (bool) {
        return NodeLifecycle.canMove(from, to);
    }

    function isWorking(NodeStatus status) external pure returns (bool) {
        return NodeLifecycle.isWorking(status);
    }
}
