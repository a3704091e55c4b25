// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {DeviceClass} from "../types/DeviceClass.sol";
import {BPS} from "../types/Units.sol";

/// @title BenchmarkRules
/// @notice Workloads, capacity, deadlines and tolerance of the hardware benchmark, as pure arithmetic.
library BenchmarkRules {
    /// @dev Sizes that a node can choose, in multiples of the workload of its class.
    uint256 internal constant MIN_SIZE = 1;
    uint256 internal constant MAX_SIZE = 65_535;

    /// @dev Seconds from the begin to the answer, at most: 10 minutes.
    uint256 internal constant MAX_DURATION = 10 minutes;

    /// @dev Seconds that a challenged node has beyond its tolerance, for the seed and the transaction.
    uint256 internal constant GRACE = 30 seconds;

    /// @dev Part of its old speed that a challenged node must show: 50 %.
    uint256 internal constant TOLERANCE_BPS = 5_000;

    /// @dev Multiply-accumulates of 32-bit integers of one unit of size: a second or so of a small device of the class.
    uint256 private constant CPU_MACS = 2 ** 30; // 1.1e9
    uint256 private constant GPU_MACS = 2 ** 36; // 6.9e10
    uint256 private constant FPGA_MACS = 2 ** 33; // 8.6e9
    uint256 private constant EDGE_MACS = 2 ** 27; // 1.3e8

    /// @dev Returns the multiply-accumulates of one unit of size of `device`.
    function workloadOf(DeviceClass device) internal pure returns (uint256) {
        if (device == DeviceClass.GPU) return GPU_MACS;
        if (device == DeviceClass.FPGA) return FPGA_MACS;
        return device == DeviceClass.CPU ? CPU_MACS : EDGE_MACS;
    }

    /// @dev Returns the work units a day of a node that did `size` workloads in `elapsed` seconds, rounded down.
    ///
    /// size x workload x 86,400 / elapsed / macsPerWorkUnit
    ///
    /// Cannot overflow: size < 2^16, workload <= 2^36 and 86,400 < 2^17. Preconditions: elapsed and macsPerWorkUnit > 0.
    function dailyWorkUnitsDown(
        DeviceClass device,
        uint256 size,
        uint256 elapsed,
        uint256 macsPerWorkUnit
    ) internal pure returns (uint256) {
        return (size * workloadOf(device) * 1 days) / (elapsed * macsPerWorkUnit);
    }

    /// @dev Returns the seconds between begin and answer that count: one more than the clock of the chain shows, because up to
    /// one more may have passed. Else a size that takes just below two seconds would count double.
    function elapsedOf(uint256 beganAt, uint256 answeredAt) internal pure returns (uint256) {
        return answeredAt - beganAt + 1;
    }

    /// @dev Returns the seconds that a challenged node has to compute `size` workloads, rounded up: the clock counts whole
    /// seconds, and a second is no proof of a lie. Precondition: oldSize > 0.
    ///
    /// oldElapsed x size / oldSize / tolerance + GRACE, at most MAX_DURATION
    function challengeDurationUp(uint256 oldSize, uint256 oldElapsed, uint256 size) internal pure returns (uint256) {
        uint256 tolerated = Math.ceilDiv(oldElapsed * size * BPS, oldSize * TOLERANCE_BPS);
        return Math.min(tolerated + GRACE, MAX_DURATION);
    }

    /// @dev Whether `size` workloads in `elapsed` seconds are at least the tolerated part of the old speed.
    ///
    /// size / elapsed >= oldSize / oldElapsed x TOLERANCE_BPS / BPS, multiplied out: nothing is rounded.
    function isTolerable(
        uint256 oldSize,
        uint256 oldElapsed,
        uint256 size,
        uint256 elapsed
    ) internal pure returns (bool) {
        return size * oldElapsed * BPS >= oldSize * elapsed * TOLERANCE_BPS;
    }
}
