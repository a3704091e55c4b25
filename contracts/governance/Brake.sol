// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IBrake} from "./IBrake.sol";

/// @title Brake
/// @notice What a module inherits that can be stopped for some days.
/// @dev INVARIANTS
/// - INV-BRK-1: a module is stopped for at most `MAX_BRAKE` at a time, and runs for at least `BRAKE_COOLDOWN` between two stops.
/// @dev TRUST
/// - The restricted role can refuse new work for seven days in any thirty-seven. What a module stops must be neither an exit nor a payment.
/// @dev LIVENESS
/// - A stop ends by itself, whoever is silent.
abstract contract Brake is IBrake, AccessManaged {
    /// @notice Longest stop.
    uint256 public constant MAX_BRAKE = 7 days;

    /// @notice Shortest time between the end of a stop and the next.
    uint256 public constant BRAKE_COOLDOWN = 30 days;

    uint40 private _brakedUntil;

    /// @dev Reverts while the module is stopped.
    modifier whenRunning() {
        require(block.timestamp >= _brakedUntil, BrakeActive(_brakedUntil, block.timestamp));
        _;
    }

    /// @inheritdoc IBrake
    function brake(uint256 duration) external restricted {
        // Check: not for long, and not soon after the last.
        require(duration <= MAX_BRAKE, BrakeOutOfBounds("duration", duration, MAX_BRAKE));
        uint256 last = _brakedUntil;
        bool rested = last == 0 || block.timestamp >= last + BRAKE_COOLDOWN;
        require(rested, BrakeOutOfBounds("cooldown", block.timestamp, last + BRAKE_COOLDOWN));

        // Effect: until then. Cast is safe: seconds.
        _brakedUntil = uint40(block.timestamp + duration);

        emit Braked(block.timestamp + duration);
    }

    /// @inheritdoc IBrake
    function release() external restricted {
        // Check: stopped.
        require(block.timestamp < _brakedUntil, BrakeOutOfBounds("until", block.timestamp, _brakedUntil));

        // Effect: it runs from now on, and the cool-down counts from now on. Cast is safe: seconds.
        _brakedUntil = uint40(block.timestamp);

        emit BrakeReleased();
    }

    /// @inheritdoc IBrake
    function brakedUntil() external view returns (uint256 timestamp) {
        return _brakedUntil;
    }
}
